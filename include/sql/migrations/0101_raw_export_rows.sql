-- Rows of account exports: five tables of one shape for each family of formats. Every time is an
-- instant; how local times were turned into instants stands in raw.export_files.
--
-- The first set holds the classic tree of a Fitbit account ("Global Export Data")
-- and PMData, whose records look the same.

create table raw.fitbit_export__heart_rates (
    account_id text not null,
    ts timestamptz not null,
    bpm real not null,
    confidence smallint,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on column raw.fitbit_export__heart_rates.account_id is 'Whose export; format:participant_id.';
comment on column raw.fitbit_export__heart_rates.ts is 'Instant of the sample.';
comment on column raw.fitbit_export__heart_rates.bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.fitbit_export__heart_rates.confidence is
'Fitbit''s confidence, 0 to 3; 0 is a guess that stage leaves out. NULL where none is stated.';
comment on column raw.fitbit_export__heart_rates.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit_export__measurements (
    account_id text not null,
    metric text not null,
    ts timestamptz not null,
    end_ts timestamptz,
    local_date date,
    value double precision not null,
    load_id integer not null,
    primary key (account_id, metric, ts)
);
comment on column raw.fitbit_export__measurements.account_id is 'Whose export; format:participant_id.';
comment on column raw.fitbit_export__measurements.metric is
'What was measured, in the words and units of stage.dim_metric.';
comment on column raw.fitbit_export__measurements.ts is 'Instant, or start of the interval that was measured.';
comment on column raw.fitbit_export__measurements.end_ts is
'End (exclusive) of that interval; NULL for an instant, and where every row stands for a minute.';
comment on column raw.fitbit_export__measurements.local_date is
'Local day of the person as the export states it; NULL where the zone history has to decide.';
comment on column raw.fitbit_export__measurements.value is 'The value in the unit of its metric.';
comment on column raw.fitbit_export__measurements.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit_export__daily_values (
    account_id text not null,
    local_date date not null,
    metric text not null,
    value double precision not null,
    load_id integer not null,
    primary key (account_id, local_date, metric)
);
comment on column raw.fitbit_export__daily_values.account_id is 'Whose export; format:participant_id.';
comment on column raw.fitbit_export__daily_values.local_date is 'Local day of the person, as the export counts it.';
comment on column raw.fitbit_export__daily_values.metric is
'What is stated of the day, in the words and units of stage.dim_metric.';
comment on column raw.fitbit_export__daily_values.value is 'The value in the unit of its metric.';
comment on column raw.fitbit_export__daily_values.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit_export__sleeps (
    account_id text not null,
    sleep_id text not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    sleep_type text,
    levels jsonb,
    short_awakenings jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, sleep_id),
    check (end_ts > start_ts)
);
comment on column raw.fitbit_export__sleeps.account_id is 'Whose export; format:participant_id.';
comment on column raw.fitbit_export__sleeps.sleep_id is 'Id of the sleep in its export.';
comment on column raw.fitbit_export__sleeps.local_date is 'Local day on which it ended.';
comment on column raw.fitbit_export__sleeps.start_ts is 'First instant in bed.';
comment on column raw.fitbit_export__sleeps.end_ts is 'End of the sleep (exclusive).';
comment on column raw.fitbit_export__sleeps.utc_offset_seconds is 'Offset from UTC that the watch showed at its start.';
comment on column raw.fitbit_export__sleeps.sleep_type is
'stages (deep, light, rem, awake) or classic (asleep, restless, awake), or NULL.';
comment on column raw.fitbit_export__sleeps.levels is
'JSON array in order of time of {"elapsed_seconds": from the start of the sleep, "seconds": '
'length, "level": text in lower case}, or NULL.';
comment on column raw.fitbit_export__sleeps.short_awakenings is
'Awakenings of up to 3 minutes, which lie on top of the levels; same form.';
comment on column raw.fitbit_export__sleeps.extra is 'What the export says of it besides.';
comment on column raw.fitbit_export__sleeps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit_export__activities (
    account_id text not null,
    activity_id text not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    activity_type text not null,
    activity_name text,
    steps integer,
    distance_m double precision,
    energy_kcal double precision,
    heart_rate_mean_bpm double precision,
    heart_rate_max_bpm double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, activity_id)
);
comment on column raw.fitbit_export__activities.account_id is 'Whose export; format:participant_id.';
comment on column raw.fitbit_export__activities.activity_id is 'Id of the activity in its export.';
comment on column raw.fitbit_export__activities.local_date is 'Local day on which it began.';
comment on column raw.fitbit_export__activities.start_ts is 'Start.';
comment on column raw.fitbit_export__activities.end_ts is 'End (exclusive), pauses included.';
comment on column raw.fitbit_export__activities.activity_type is
'Kind of activity, a code of stage.dim_activity_type.';
comment on column raw.fitbit_export__activities.activity_name is 'Its name in the export.';
comment on column raw.fitbit_export__activities.steps is 'Steps.';
comment on column raw.fitbit_export__activities.distance_m is 'Distance in metres.';
comment on column raw.fitbit_export__activities.energy_kcal is 'Energy burnt in kilocalories.';
comment on column raw.fitbit_export__activities.heart_rate_mean_bpm is 'Mean heart rate in beats per minute.';
comment on column raw.fitbit_export__activities.heart_rate_max_bpm is 'Largest heart rate in beats per minute.';
comment on column raw.fitbit_export__activities.extra is 'What the export says of it besides.';
comment on column raw.fitbit_export__activities.load_id is 'Load (raw.loads) that wrote the row.';

-- Hypertables come last: a copy of a hypertable would be a plain table.
create table raw.google_health_export__heart_rates
(like raw.fitbit_export__heart_rates including all);
create table raw.google_health_export__measurements
(like raw.fitbit_export__measurements including all);
create table raw.google_health_export__daily_values
(like raw.fitbit_export__daily_values including all);
create table raw.google_health_export__sleeps
(like raw.fitbit_export__sleeps including all);
create table raw.google_health_export__activities
(like raw.fitbit_export__activities including all);
create table raw.apple_health__heart_rates
(like raw.fitbit_export__heart_rates including all);
create table raw.apple_health__measurements
(like raw.fitbit_export__measurements including all);
create table raw.apple_health__daily_values
(like raw.fitbit_export__daily_values including all);
create table raw.apple_health__sleeps
(like raw.fitbit_export__sleeps including all);
create table raw.apple_health__activities
(like raw.fitbit_export__activities including all);
create table raw.strava_export__heart_rates
(like raw.fitbit_export__heart_rates including all);
create table raw.strava_export__measurements
(like raw.fitbit_export__measurements including all);
create table raw.strava_export__daily_values
(like raw.fitbit_export__daily_values including all);
create table raw.strava_export__sleeps
(like raw.fitbit_export__sleeps including all);
create table raw.strava_export__activities
(like raw.fitbit_export__activities including all);
create table raw.garmin_export__heart_rates
(like raw.fitbit_export__heart_rates including all);
create table raw.garmin_export__measurements
(like raw.fitbit_export__measurements including all);
create table raw.garmin_export__daily_values
(like raw.fitbit_export__daily_values including all);
create table raw.garmin_export__sleeps
(like raw.fitbit_export__sleeps including all);
create table raw.garmin_export__activities
(like raw.fitbit_export__activities including all);

comment on table raw.fitbit_export__heart_rates is
'Heart-rate samples of classic Fitbit account exports (Global Export Data) and PMData, one row per account and instant.';
comment on table raw.fitbit_export__measurements is
'Steps, energy and other values of classic Fitbit account exports (Global Export Data) and PMData, one row per account, metric and instant.';
comment on table raw.fitbit_export__daily_values is
'Values that classic Fitbit account exports (Global Export Data) and PMData state once a day, one row per account, day and metric.';
comment on table raw.fitbit_export__sleeps is
'Sleeps of classic Fitbit account exports (Global Export Data) and PMData, one row per account and sleep.';
comment on table raw.fitbit_export__activities is
'Activities of classic Fitbit account exports (Global Export Data) and PMData, one row per account and activity.';
comment on table raw.google_health_export__heart_rates is
'Heart-rate samples of the tables that Google adds to a Takeout (folders named ..._GoogleData), one row per account and instant.';
comment on table raw.google_health_export__measurements is
'Steps, energy and other values of the tables that Google adds to a Takeout (folders named ..._GoogleData), one row per account, metric and instant.';
comment on table raw.google_health_export__daily_values is
'Values that the tables that Google adds to a Takeout (folders named ..._GoogleData) state once a day, one row per account, day and metric.';
comment on table raw.google_health_export__sleeps is
'Sleeps of the tables that Google adds to a Takeout (folders named ..._GoogleData), one row per account and sleep.';
comment on table raw.google_health_export__activities is
'Activities of the tables that Google adds to a Takeout (folders named ..._GoogleData), one row per account and activity.';
comment on table raw.apple_health__heart_rates is
'Heart-rate samples of Apple Health exports, one row per account and instant.';
comment on table raw.apple_health__measurements is
'Steps, energy and other values of Apple Health exports, one row per account, metric and instant.';
comment on table raw.apple_health__daily_values is
'Values that Apple Health exports state once a day, one row per account, day and metric.';
comment on table raw.apple_health__sleeps is
'Sleeps of Apple Health exports, one row per account and sleep.';
comment on table raw.apple_health__activities is
'Activities of Apple Health exports, one row per account and activity.';
comment on table raw.strava_export__heart_rates is
'Heart-rate samples of Strava''s bulk exports, one row per account and instant.';
comment on table raw.strava_export__measurements is
'Steps, energy and other values of Strava''s bulk exports, one row per account, metric and instant.';
comment on table raw.strava_export__daily_values is
'Values that Strava''s bulk exports state once a day, one row per account, day and metric.';
comment on table raw.strava_export__sleeps is
'Sleeps of Strava''s bulk exports, one row per account and sleep.';
comment on table raw.strava_export__activities is
'Activities of Strava''s bulk exports, one row per account and activity.';
comment on table raw.garmin_export__heart_rates is
'Heart-rate samples of Garmin account exports and FIT files, one row per account and instant.';
comment on table raw.garmin_export__measurements is
'Steps, energy and other values of Garmin account exports and FIT files, one row per account, metric and instant.';
comment on table raw.garmin_export__daily_values is
'Values that Garmin account exports and FIT files state once a day, one row per account, day and metric.';
comment on table raw.garmin_export__sleeps is
'Sleeps of Garmin account exports and FIT files, one row per account and sleep.';
comment on table raw.garmin_export__activities is
'Activities of Garmin account exports and FIT files, one row per account and activity.';

-- The stages of a sleep come in a file of their own, so that they are rows of their own.
create table raw.google_health_export__sleep_stages (
    account_id text not null,
    sleep_id text not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    level text not null,
    load_id integer not null,
    primary key (account_id, sleep_id, start_ts)
);
comment on table raw.google_health_export__sleep_stages is
'Stages of raw.google_health_export__sleeps, one row per sleep and stage.';
comment on column raw.google_health_export__sleep_stages.account_id is 'Whose export; format:participant_id.';
comment on column raw.google_health_export__sleep_stages.sleep_id is 'Sleep that it belongs to.';
comment on column raw.google_health_export__sleep_stages.start_ts is 'Start of the stage.';
comment on column raw.google_health_export__sleep_stages.end_ts is 'End of the stage (exclusive).';
comment on column raw.google_health_export__sleep_stages.level is 'awake, light, deep, rem, asleep or restless.';
comment on column raw.google_health_export__sleep_stages.load_id is 'Load (raw.loads) that wrote the row.';

select create_hypertable(
    'raw.fitbit_export__heart_rates', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.fitbit_export__measurements', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.google_health_export__heart_rates', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.google_health_export__measurements', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.apple_health__heart_rates', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.apple_health__measurements', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.strava_export__heart_rates', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.strava_export__measurements', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.garmin_export__heart_rates', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
select create_hypertable(
    'raw.garmin_export__measurements', by_range('ts', interval '28 days'),
    create_default_indexes => false
);
