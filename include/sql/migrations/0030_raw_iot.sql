-- Smartwatch documents from MongoDB, one table per collection.
--
-- The only index of a hypertable is its key: a second index on time alone nearly halves the rate of
-- COPY, and chunk exclusion serves time ranges as well. Chunks of 7 days keep the newest chunk and
-- its index in memory up to some 100 participants at 5-second resolution; docs/operations.md says
-- how to set one day for a larger study (it applies to new chunks).

create table raw.iot__heart_rates (
    device_id text not null,
    ts timestamptz not null,
    bpm real not null,
    confidence real,
    load_id integer not null,
    primary key (device_id, ts)
);
select create_hypertable(
    'raw.iot__heart_rates', by_range('ts', interval '7 days'), create_default_indexes => false
);
comment on table raw.iot__heart_rates is 'Heart-rate samples of smartwatches, one row per device and instant.';
comment on column raw.iot__heart_rates.device_id is 'Device as the document names it.';
comment on column raw.iot__heart_rates.ts is
'Instant of the sample. Local wall-clock time written as if it were UTC where the collection is '
'listed in IOT__LOCAL_TIME_COLLECTIONS; stage converts it.';
comment on column raw.iot__heart_rates.bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.iot__heart_rates.confidence is
'Confidence as the device states it, on its own scale; higher is better. NULL where it states none.';
comment on column raw.iot__heart_rates.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.iot__steps (
    device_id text not null,
    ts timestamptz not null,
    steps integer not null,
    load_id integer not null,
    primary key (device_id, ts)
);
select create_hypertable(
    'raw.iot__steps', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.iot__steps is 'Step counts of smartwatches, usually one row per device and minute.';
comment on column raw.iot__steps.device_id is 'Device as the document names it.';
comment on column raw.iot__steps.ts is 'Instant of the sample; see raw.iot__heart_rates.ts.';
comment on column raw.iot__steps.steps is 'Steps counted in the minute, 0 to 1,000.';
comment on column raw.iot__steps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.iot__sleeps (
    device_id text not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    duration_ms bigint,
    levels jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (device_id, start_ts),
    check (end_ts > start_ts)
);
select create_hypertable(
    'raw.iot__sleeps', by_range('start_ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.iot__sleeps is 'Sleeps recorded by smartwatches, one row per device and start.';
comment on column raw.iot__sleeps.device_id is 'Device as the document names it.';
comment on column raw.iot__sleeps.start_ts is 'First instant in bed; see raw.iot__heart_rates.ts.';
comment on column raw.iot__sleeps.end_ts is 'End of the sleep (exclusive).';
comment on column raw.iot__sleeps.duration_ms is
'Duration in milliseconds as the source states it; the interval counts, this is only checked.';
comment on column raw.iot__sleeps.levels is
'Sleep stages in order of time as a JSON array of {"ts": ISO 8601 instant in UTC, "level": text in '
'lower case, "seconds": number}, or NULL.';
comment on column raw.iot__sleeps.extra is 'Fields of the document that have no column of their own.';
comment on column raw.iot__sleeps.load_id is 'Load (raw.loads) that wrote the row.';

-- A new row only when a user's document has changed: the history that dim_participant is made from.
create table raw.iot__users (
    user_id text not null,
    load_id integer not null,
    age integer,
    dob date,
    gender text,
    height_cm double precision,
    email text,
    devices jsonb not null,
    time_zone jsonb,
    country text,
    created_at timestamptz,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    primary key (user_id, load_id)
);
comment on table raw.iot__users is
'Users of the document store: one row per user and version of the document. Holds direct identifiers.';
comment on column raw.iot__users.user_id is 'User as the document names them.';
comment on column raw.iot__users.load_id is 'Load (raw.loads) that read this version; later is newer.';
comment on column raw.iot__users.age is 'Age in years when the document was created.';
comment on column raw.iot__users.dob is 'Date of birth.';
comment on column raw.iot__users.gender is 'Gender as the document states it.';
comment on column raw.iot__users.height_cm is 'Height in centimetres.';
comment on column raw.iot__users.email is 'E-mail address.';
comment on column raw.iot__users.country is 'Country as the document states it.';
comment on column raw.iot__users.created_at is 'When the user was created in the source.';
comment on column raw.iot__users.devices is 'JSON array of the device ids that belong to the user.';
comment on column raw.iot__users.time_zone is
'IANA time zone name, or a JSON array of {"valid_from": ISO 8601 instant, "time_zone": name}, or NULL.';
comment on column raw.iot__users.extra is 'Fields of the document that have no column of their own.';
comment on column raw.iot__users.seen_at is 'When this version was first read.';

-- What each recently written document looked like when it was read, so that an open bucket is
-- decoded again only when it has grown. Ids are compared byte by byte: hexadecimal ObjectIds then
-- sort by time, whatever the collation of the database.
create table raw.iot__documents (
    collection text not null,
    document_id text collate "C" not null,
    fingerprint bytea not null,
    primary key (collection, document_id)
);
comment on table raw.iot__documents is
'Fingerprints of the documents that a later extraction reads again: those inserted within the '
'overlap, users, and documents whose id does not tell when they were inserted.';
comment on column raw.iot__documents.collection is 'Collection of the document store.';
comment on column raw.iot__documents.document_id is
'The _id: 24 hexadecimal digits of an ObjectId, or else JSON.';
comment on column raw.iot__documents.fingerprint is 'BLAKE2b hash over the bytes of the document.';
