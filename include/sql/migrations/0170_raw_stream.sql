-- Heart-rate events from Kafka, by way of the lake: one row per message.
--
-- What makes a message one is where it stands in its topic. The key ends with the time only because
-- a hypertable asks for that: a message is written once and so has one time. Messages of a
-- partition arrive in order, so the index grows at its end.

create table raw.stream__heart_rates (
    topic text collate "C" not null,
    kafka_partition integer not null,
    kafka_offset bigint not null,
    ts timestamptz not null,
    user_id text not null,
    heart_rate_bpm real not null,
    activity_id text,
    latitude double precision,
    longitude double precision,
    load_id integer not null,
    primary key (topic, kafka_partition, kafka_offset, ts)
);
select create_hypertable(
    'raw.stream__heart_rates', by_range('ts', interval '7 days'), create_default_indexes => false
);
comment on table raw.stream__heart_rates is
'Heart-rate events of the Kafka stream, one row per message; topic, partition and offset name it.';
comment on column raw.stream__heart_rates.topic is 'Kafka topic of the message.';
comment on column raw.stream__heart_rates.kafka_partition is 'Partition of the topic.';
comment on column raw.stream__heart_rates.kafka_offset is 'Offset within the partition.';
comment on column raw.stream__heart_rates.ts is 'When the heart rate was measured, as the event states it.';
comment on column raw.stream__heart_rates.user_id is 'Participant as the event names them.';
comment on column raw.stream__heart_rates.heart_rate_bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.stream__heart_rates.activity_id is
'What the participant was doing (activity_id of the operational database), or NULL.';
comment on column raw.stream__heart_rates.latitude is 'Degrees north, -90 to 90, or NULL.';
comment on column raw.stream__heart_rates.longitude is 'Degrees east, -180 to 180, or NULL.';
comment on column raw.stream__heart_rates.load_id is 'Load (raw.loads) that wrote the row.';

-- Which objects of the lake were loaded, written in the transaction that closes their load. An
-- object belongs to the hour of its events and may come long after it, so that no high-water mark
-- would do: what is in the lake and not in here is new.
create table raw.stream__objects (
    object_name text collate "C" primary key,
    load_id integer not null references raw.loads,
    event_hour timestamptz,
    events bigint not null,
    loaded_at timestamptz not null default clock_timestamp()
);
comment on table raw.stream__objects is
'Objects of the stream in the lake that were loaded; an object is written once and loaded once.';
comment on column raw.stream__objects.object_name is 'Key of the object in the bucket.';
comment on column raw.stream__objects.load_id is 'Load (raw.loads) that took it in.';
comment on column raw.stream__objects.event_hour is
'Begin of the hour (UTC) of all its events; NULL for an object of messages that could not be decoded.';
comment on column raw.stream__objects.events is 'Events that it held, refused ones included.';
comment on column raw.stream__objects.loaded_at is 'When.';
