-- Google Health accounts, one table per data type, under Google's own name of it. What is measured
-- is what Google makes of all the person's sources (reconciled), so nothing counts twice.
-- `ts` is a true instant, `local_date` the day by the offset that Google states with it.
--
-- Only what comes by the minute is a hypertable; of the rest a person has a handful a day.

create table raw.google_health__profiles (
    account_id text not null,
    provider_user_id text not null,
    legacy_user_id text,
    stated_age_years smallint,
    member_since date,
    walking_stride_mm integer,
    running_stride_mm integer,
    set_walking_stride_mm integer,
    set_running_stride_mm integer,
    time_zone text,
    settings jsonb,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.google_health__profiles is
'Identity, profile and settings of Google Health accounts: one row per account and version. '
'Holds direct identifiers.';
comment on column raw.google_health__profiles.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__profiles.provider_user_id is 'Google''s healthUserId.';
comment on column raw.google_health__profiles.legacy_user_id is
'Id of the same person at the Fitbit Web API.';
comment on column raw.google_health__profiles.stated_age_years is 'Age in years when it was read.';
comment on column raw.google_health__profiles.member_since is 'Day on which the account was made.';
comment on column raw.google_health__profiles.walking_stride_mm is
'Length of a step as Google estimates it, in millimetres.';
comment on column raw.google_health__profiles.running_stride_mm is
'Length of a running step as Google estimates it, in millimetres.';
comment on column raw.google_health__profiles.set_walking_stride_mm is
'Length of a step as the person has set it, in millimetres.';
comment on column raw.google_health__profiles.set_running_stride_mm is
'Length of a running step as the person has set it, in millimetres.';
comment on column raw.google_health__profiles.time_zone is
'IANA name of the zone that the account is set to; earlier zones are not stated.';
comment on column raw.google_health__profiles.settings is
'All settings as delivered, such as units and language.';
comment on column raw.google_health__profiles.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__profiles.seen_at is 'When this version was first read.';
comment on column raw.google_health__profiles.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__devices (
    account_id text not null,
    provider_device_id text not null,
    device_type text,
    model text,
    battery_pct integer,
    battery_status text,
    last_sync_ts timestamptz,
    features jsonb,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, provider_device_id, load_id)
);
comment on table raw.google_health__devices is
'Devices paired with Google Health accounts: one row per device and version, so also the '
'history of syncs.';
comment on column raw.google_health__devices.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__devices.provider_device_id is 'Number of the device.';
comment on column raw.google_health__devices.device_type is 'TRACKER or SCALE.';
comment on column raw.google_health__devices.model is 'Name of the model.';
comment on column raw.google_health__devices.battery_pct is 'Battery in percent.';
comment on column raw.google_health__devices.battery_status is 'Battery in words.';
comment on column raw.google_health__devices.last_sync_ts is
'When the device was synced last: later data cannot be there yet.';
comment on column raw.google_health__devices.features is 'What the device can do, as a JSON array.';
comment on column raw.google_health__devices.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__devices.seen_at is 'When this version was first read.';
comment on column raw.google_health__devices.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_steps (
    account_id text not null,
    local_date date not null,
    steps integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_steps is
'Steps per local day as Google adds them up over all sources.';
comment on column raw.google_health__daily_steps.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_steps.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_steps.steps is 'Steps.';
comment on column raw.google_health__daily_steps.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_steps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_distance (
    account_id text not null,
    local_date date not null,
    distance_mm integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_distance is
'Distance per local day as Google adds it up over all sources.';
comment on column raw.google_health__daily_distance.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_distance.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_distance.distance_mm is 'Distance in millimetres.';
comment on column raw.google_health__daily_distance.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_distance.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_floors (
    account_id text not null,
    local_date date not null,
    floors integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_floors is
'Floors per local day as Google adds them up over all sources.';
comment on column raw.google_health__daily_floors.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_floors.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_floors.floors is 'Floors climbed.';
comment on column raw.google_health__daily_floors.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_floors.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_active_energy_burned (
    account_id text not null,
    local_date date not null,
    active_energy_kcal double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_active_energy_burned is
'Energy burnt by activity per local day as Google adds it up over all sources.';
comment on column raw.google_health__daily_active_energy_burned.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__daily_active_energy_burned.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_active_energy_burned.active_energy_kcal is
'Energy burnt by activity in kcal.';
comment on column raw.google_health__daily_active_energy_burned.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_active_energy_burned.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_total_calories (
    account_id text not null,
    local_date date not null,
    total_energy_kcal double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_total_calories is
'All energy burnt per local day, at rest and by activity. Google states it only like this.';
comment on column raw.google_health__daily_total_calories.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_total_calories.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_total_calories.total_energy_kcal is 'All energy burnt in kcal.';
comment on column raw.google_health__daily_total_calories.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_total_calories.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_resting_heart_rate (
    account_id text not null,
    local_date date not null,
    resting_heart_rate_bpm smallint not null,
    calculation_method text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_resting_heart_rate is
'Resting heart rate, one row per account and local day.';
comment on column raw.google_health__daily_resting_heart_rate.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__daily_resting_heart_rate.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_resting_heart_rate.resting_heart_rate_bpm is
'Resting heart rate in beats per minute.';
comment on column raw.google_health__daily_resting_heart_rate.calculation_method is
'WITH_SLEEP or ONLY_WITH_AWAKE_DATA.';
comment on column raw.google_health__daily_resting_heart_rate.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_resting_heart_rate.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_heart_rate_zones (
    account_id text not null,
    local_date date not null,
    light_min_bpm smallint,
    light_max_bpm smallint,
    moderate_min_bpm smallint,
    moderate_max_bpm smallint,
    vigorous_min_bpm smallint,
    vigorous_max_bpm smallint,
    peak_min_bpm smallint,
    peak_max_bpm smallint,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_heart_rate_zones is
'Limits of the heart-rate zones that Google used on a local day.';
comment on column raw.google_health__daily_heart_rate_zones.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_heart_rate_zones.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_heart_rate_zones.light_min_bpm is
'Lowest heart rate of the zone LIGHT in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.light_max_bpm is
'Highest heart rate of the zone LIGHT in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.moderate_min_bpm is
'Lowest heart rate of the zone MODERATE in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.moderate_max_bpm is
'Highest heart rate of the zone MODERATE in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.vigorous_min_bpm is
'Lowest heart rate of the zone VIGOROUS in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.vigorous_max_bpm is
'Highest heart rate of the zone VIGOROUS in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.peak_min_bpm is
'Lowest heart rate of the zone PEAK in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.peak_max_bpm is
'Highest heart rate of the zone PEAK in beats per minute.';
comment on column raw.google_health__daily_heart_rate_zones.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_heart_rate_zones.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_heart_rate_variability (
    account_id text not null,
    local_date date not null,
    hrv_rmssd_ms double precision,
    deep_sleep_hrv_rmssd_ms double precision,
    non_rem_heart_rate_bpm smallint,
    entropy double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_heart_rate_variability is
'Heart-rate variability of the night that ended on a local day.';
comment on column raw.google_health__daily_heart_rate_variability.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__daily_heart_rate_variability.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_heart_rate_variability.hrv_rmssd_ms is
'RMSSD in milliseconds. Google writes 0 where it has none.';
comment on column raw.google_health__daily_heart_rate_variability.deep_sleep_hrv_rmssd_ms is
'RMSSD in deep sleep in milliseconds.';
comment on column raw.google_health__daily_heart_rate_variability.non_rem_heart_rate_bpm is
'Mean heart rate outside of REM sleep in beats per minute.';
comment on column raw.google_health__daily_heart_rate_variability.entropy is
'Shannon entropy of the intervals between heartbeats.';
comment on column raw.google_health__daily_heart_rate_variability.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_heart_rate_variability.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_oxygen_saturation (
    account_id text not null,
    local_date date not null,
    spo2_mean_pct double precision not null,
    spo2_lower_pct double precision,
    spo2_upper_pct double precision,
    spo2_standard_deviation_pct double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_oxygen_saturation is
'Oxygen saturation of the night that ended on a local day.';
comment on column raw.google_health__daily_oxygen_saturation.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__daily_oxygen_saturation.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_oxygen_saturation.spo2_mean_pct is
'Mean oxygen saturation in percent.';
comment on column raw.google_health__daily_oxygen_saturation.spo2_lower_pct is
'Lower bound of the oxygen saturation in percent.';
comment on column raw.google_health__daily_oxygen_saturation.spo2_upper_pct is
'Upper bound of the oxygen saturation in percent.';
comment on column raw.google_health__daily_oxygen_saturation.spo2_standard_deviation_pct is
'Standard deviation of the oxygen saturation in percent.';
comment on column raw.google_health__daily_oxygen_saturation.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_oxygen_saturation.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_respiratory_rate (
    account_id text not null,
    local_date date not null,
    breaths_per_min double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_respiratory_rate is
'Respiratory rate of the night that ended on a local day.';
comment on column raw.google_health__daily_respiratory_rate.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_respiratory_rate.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_respiratory_rate.breaths_per_min is 'Breaths per minute.';
comment on column raw.google_health__daily_respiratory_rate.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_respiratory_rate.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_sleep_temperature_derivations (
    account_id text not null,
    local_date date not null,
    skin_temperature_c double precision not null,
    baseline_temperature_c double precision,
    nightly_standard_deviation_30d_c double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_sleep_temperature_derivations is
'Skin temperature of the night that ended on a local day.';
comment on column raw.google_health__daily_sleep_temperature_derivations.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__daily_sleep_temperature_derivations.local_date is
'Local day of the person.';
comment on column raw.google_health__daily_sleep_temperature_derivations.skin_temperature_c is
'Mean skin temperature in degrees Celsius.';
comment on column raw.google_health__daily_sleep_temperature_derivations.baseline_temperature_c is
'Median of the last 30 nights in degrees Celsius; NULL until there is one.';
comment on column raw.google_health__daily_sleep_temperature_derivations.nightly_standard_deviation_30d_c is
'Standard deviation over the last 30 nights in degrees Celsius; NULL until there is one.';
comment on column raw.google_health__daily_sleep_temperature_derivations.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_sleep_temperature_derivations.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__daily_vo2_max (
    account_id text not null,
    local_date date not null,
    vo2_max_ml_per_kg_min double precision not null,
    cardio_fitness_level text,
    is_estimated boolean not null,
    vo2_max_covariance double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.google_health__daily_vo2_max is 'Cardio fitness, one row per account and local day.';
comment on column raw.google_health__daily_vo2_max.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__daily_vo2_max.local_date is 'Local day of the person.';
comment on column raw.google_health__daily_vo2_max.vo2_max_ml_per_kg_min is
'VO2max in millilitres of oxygen per kilogram and minute.';
comment on column raw.google_health__daily_vo2_max.cardio_fitness_level is
'POOR, FAIR, AVERAGE, GOOD, VERY_GOOD or EXCELLENT.';
comment on column raw.google_health__daily_vo2_max.is_estimated is 'Whether it was estimated without a run.';
comment on column raw.google_health__daily_vo2_max.vo2_max_covariance is
'Google''s covariance of the estimate.';
comment on column raw.google_health__daily_vo2_max.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__daily_vo2_max.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__sleep (
    account_id text not null,
    sleep_id text not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    start_utc_offset_seconds integer,
    end_utc_offset_seconds integer,
    updated_ts timestamptz,
    created_ts timestamptz,
    sleep_type text,
    is_main_sleep boolean not null,
    is_nap boolean not null,
    is_processed boolean not null,
    is_manually_edited boolean not null,
    stages_status text,
    external_id text,
    stages jsonb,
    short_awakenings jsonb,
    out_of_bed jsonb,
    minutes_in_sleep_period integer,
    minutes_asleep integer,
    minutes_awake integer,
    minutes_to_fall_asleep integer,
    minutes_after_wake_up integer,
    stages_summary jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, sleep_id),
    check (end_ts > start_ts)
);
create index google_health__sleep_start on raw.google_health__sleep (account_id, start_ts);
comment on table raw.google_health__sleep is
'Sleeps with their stages, one row per sleep. Google may restate start and end; its number stays.';
comment on column raw.google_health__sleep.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__sleep.sleep_id is 'Google''s number of the sleep.';
comment on column raw.google_health__sleep.local_date is 'Local day on which the sleep ended.';
comment on column raw.google_health__sleep.start_ts is 'First instant in bed.';
comment on column raw.google_health__sleep.end_ts is 'End of the sleep (exclusive).';
comment on column raw.google_health__sleep.start_utc_offset_seconds is
'Offset from UTC at the start, or NULL.';
comment on column raw.google_health__sleep.end_utc_offset_seconds is 'Offset from UTC at the end, or NULL.';
comment on column raw.google_health__sleep.updated_ts is 'When Google last wrote the record.';
comment on column raw.google_health__sleep.created_ts is 'When Google first wrote the record.';
comment on column raw.google_health__sleep.sleep_type is
'STAGES, or CLASSIC where only restlessness was seen.';
comment on column raw.google_health__sleep.is_main_sleep is 'Whether it is the main sleep of its day.';
comment on column raw.google_health__sleep.is_nap is 'Whether it is a nap.';
comment on column raw.google_health__sleep.is_processed is
'False while Google still computes the stages; it is read again later.';
comment on column raw.google_health__sleep.is_manually_edited is 'Whether the person has edited it.';
comment on column raw.google_health__sleep.stages_status is 'Why there are no stages, or SUCCEEDED.';
comment on column raw.google_health__sleep.external_id is 'Id at the app that recorded it.';
comment on column raw.google_health__sleep.stages is
'JSON array of stages: startTime, endTime, type (AWAKE, LIGHT, DEEP, REM; ASLEEP, RESTLESS '
'where classic).';
comment on column raw.google_health__sleep.short_awakenings is
'JSON array of awakenings under 3 minutes that lie on top of stages.';
comment on column raw.google_health__sleep.out_of_bed is 'JSON array of times out of bed.';
comment on column raw.google_health__sleep.minutes_in_sleep_period is
'Minutes from start to end, as Google states it.';
comment on column raw.google_health__sleep.minutes_asleep is 'Minutes asleep, as Google states it.';
comment on column raw.google_health__sleep.minutes_awake is 'Minutes awake, as Google states it.';
comment on column raw.google_health__sleep.minutes_to_fall_asleep is
'Minutes until asleep, as Google states it.';
comment on column raw.google_health__sleep.minutes_after_wake_up is
'Minutes in bed after waking up, as Google states it.';
comment on column raw.google_health__sleep.stages_summary is
'JSON array of minutes and count per type of stage. Entries may be doubled: use stages.';
comment on column raw.google_health__sleep.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__sleep.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__exercise (
    account_id text not null,
    exercise_id text not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    start_utc_offset_seconds integer,
    end_utc_offset_seconds integer,
    updated_ts timestamptz,
    created_ts timestamptz,
    exercise_type text not null,
    display_name text,
    notes text,
    active_seconds double precision,
    energy_kcal double precision,
    distance_mm double precision,
    elevation_gain_mm double precision,
    steps integer,
    heart_rate_mean_bpm smallint,
    pace_mean_s_per_m double precision,
    speed_mean_mm_per_s double precision,
    active_zone_minutes integer,
    light_zone_seconds double precision,
    moderate_zone_seconds double precision,
    vigorous_zone_seconds double precision,
    peak_zone_seconds double precision,
    run_vo2_max_ml_per_kg_min double precision,
    swim_lengths double precision,
    mobility jsonb,
    has_gps boolean not null,
    pool_length_mm integer,
    events jsonb,
    splits jsonb,
    split_summaries jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, exercise_id),
    check (end_ts > start_ts)
);
create index google_health__exercise_start on raw.google_health__exercise (account_id, start_ts);
comment on table raw.google_health__exercise is
'Exercises, one row per exercise. Google may restate start and end; its number stays.';
comment on column raw.google_health__exercise.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__exercise.exercise_id is 'Google''s number of the exercise.';
comment on column raw.google_health__exercise.local_date is 'Local day on which the exercise began.';
comment on column raw.google_health__exercise.start_ts is 'Start.';
comment on column raw.google_health__exercise.end_ts is 'End (exclusive).';
comment on column raw.google_health__exercise.start_utc_offset_seconds is
'Offset from UTC at the start, or NULL.';
comment on column raw.google_health__exercise.end_utc_offset_seconds is
'Offset from UTC at the end, or NULL.';
comment on column raw.google_health__exercise.updated_ts is 'When Google last wrote the record.';
comment on column raw.google_health__exercise.created_ts is 'When Google first wrote the record.';
comment on column raw.google_health__exercise.exercise_type is
'What was done, in Google''s words; stage maps it to dim_activity_type.';
comment on column raw.google_health__exercise.display_name is 'Title.';
comment on column raw.google_health__exercise.notes is 'Notes of the person.';
comment on column raw.google_health__exercise.active_seconds is 'Duration without pauses in seconds.';
comment on column raw.google_health__exercise.energy_kcal is 'Energy burnt in kcal.';
comment on column raw.google_health__exercise.distance_mm is 'Distance in millimetres.';
comment on column raw.google_health__exercise.elevation_gain_mm is 'Elevation gained in millimetres.';
comment on column raw.google_health__exercise.steps is 'Steps during the exercise.';
comment on column raw.google_health__exercise.heart_rate_mean_bpm is 'Mean heart rate in beats per minute.';
comment on column raw.google_health__exercise.pace_mean_s_per_m is 'Mean pace in seconds per metre.';
comment on column raw.google_health__exercise.speed_mean_mm_per_s is 'Mean speed in millimetres per second.';
comment on column raw.google_health__exercise.active_zone_minutes is 'Active zone minutes.';
comment on column raw.google_health__exercise.light_zone_seconds is 'Seconds in the zone LIGHT.';
comment on column raw.google_health__exercise.moderate_zone_seconds is 'Seconds in the zone MODERATE.';
comment on column raw.google_health__exercise.vigorous_zone_seconds is 'Seconds in the zone VIGOROUS.';
comment on column raw.google_health__exercise.peak_zone_seconds is 'Seconds in the zone PEAK.';
comment on column raw.google_health__exercise.run_vo2_max_ml_per_kg_min is
'VO2max estimated from the run, in millilitres per kilogram and minute.';
comment on column raw.google_health__exercise.swim_lengths is 'Pool lengths swum.';
comment on column raw.google_health__exercise.mobility is
'Running form as JSON: cadence, stride, ground contact.';
comment on column raw.google_health__exercise.has_gps is 'Whether it was recorded with GPS.';
comment on column raw.google_health__exercise.pool_length_mm is 'Length of the pool in millimetres.';
comment on column raw.google_health__exercise.events is 'JSON array of starts, pauses and stops.';
comment on column raw.google_health__exercise.splits is 'JSON array of laps.';
comment on column raw.google_health__exercise.split_summaries is 'JSON array of laps with their totals.';
comment on column raw.google_health__exercise.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__exercise.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__weight (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    weight_g double precision not null,
    notes text,
    data_point_id text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__weight is 'Weighings.';
comment on column raw.google_health__weight.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__weight.ts is 'Instant of the sample.';
comment on column raw.google_health__weight.local_date is 'Local day of the person.';
comment on column raw.google_health__weight.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__weight.weight_g is 'Body weight in grams.';
comment on column raw.google_health__weight.notes is 'Notes of the person.';
comment on column raw.google_health__weight.data_point_id is 'Google''s number of the measurement, or NULL.';
comment on column raw.google_health__weight.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__weight.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__body_fat (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    body_fat_pct double precision not null,
    data_point_id text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__body_fat is 'Measurements of body fat.';
comment on column raw.google_health__body_fat.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__body_fat.ts is 'Instant of the sample.';
comment on column raw.google_health__body_fat.local_date is 'Local day of the person.';
comment on column raw.google_health__body_fat.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__body_fat.body_fat_pct is 'Body fat in percent.';
comment on column raw.google_health__body_fat.data_point_id is
'Google''s number of the measurement, or NULL.';
comment on column raw.google_health__body_fat.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__body_fat.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__height (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    height_mm integer not null,
    data_point_id text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__height is 'Heights that were entered.';
comment on column raw.google_health__height.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__height.ts is 'Instant of the sample.';
comment on column raw.google_health__height.local_date is 'Local day of the person.';
comment on column raw.google_health__height.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__height.height_mm is 'Height in millimetres.';
comment on column raw.google_health__height.data_point_id is 'Google''s number of the measurement, or NULL.';
comment on column raw.google_health__height.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__height.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__run_vo2_max (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    vo2_max_ml_per_kg_min double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__run_vo2_max is 'Cardio fitness estimated from runs.';
comment on column raw.google_health__run_vo2_max.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__run_vo2_max.ts is 'Instant of the sample.';
comment on column raw.google_health__run_vo2_max.local_date is 'Local day of the person.';
comment on column raw.google_health__run_vo2_max.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__run_vo2_max.vo2_max_ml_per_kg_min is
'VO2max in millilitres of oxygen per kilogram and minute.';
comment on column raw.google_health__run_vo2_max.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__run_vo2_max.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__vo2_max (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    vo2_max_ml_per_kg_min double precision not null,
    measurement_method text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__vo2_max is 'Cardio fitness, entered or measured.';
comment on column raw.google_health__vo2_max.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__vo2_max.ts is 'Instant of the sample.';
comment on column raw.google_health__vo2_max.local_date is 'Local day of the person.';
comment on column raw.google_health__vo2_max.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__vo2_max.vo2_max_ml_per_kg_min is
'VO2max in millilitres of oxygen per kilogram and minute.';
comment on column raw.google_health__vo2_max.measurement_method is 'How it was measured, in Google''s words.';
comment on column raw.google_health__vo2_max.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__vo2_max.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__heart_rate_variability (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    hrv_rmssd_ms double precision not null,
    hrv_sdnn_ms double precision,
    low_frequency_power double precision,
    high_frequency_power double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__heart_rate_variability',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__heart_rate_variability is
'Heart-rate variability in windows of 5 minutes, mostly asleep.';
comment on column raw.google_health__heart_rate_variability.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__heart_rate_variability.ts is 'Instant of the sample.';
comment on column raw.google_health__heart_rate_variability.local_date is 'Local day of the person.';
comment on column raw.google_health__heart_rate_variability.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__heart_rate_variability.hrv_rmssd_ms is 'RMSSD in milliseconds.';
comment on column raw.google_health__heart_rate_variability.hrv_sdnn_ms is
'Standard deviation of the intervals between heartbeats in milliseconds.';
comment on column raw.google_health__heart_rate_variability.low_frequency_power is
'Power in the low-frequency band.';
comment on column raw.google_health__heart_rate_variability.high_frequency_power is
'Power in the high-frequency band.';
comment on column raw.google_health__heart_rate_variability.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__heart_rate_variability.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__oxygen_saturation (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    spo2_pct double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__oxygen_saturation',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__oxygen_saturation is
'Oxygen saturation by pulse oximetry, mostly a value a minute while asleep.';
comment on column raw.google_health__oxygen_saturation.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__oxygen_saturation.ts is 'Instant of the sample.';
comment on column raw.google_health__oxygen_saturation.local_date is 'Local day of the person.';
comment on column raw.google_health__oxygen_saturation.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__oxygen_saturation.spo2_pct is 'Oxygen saturation in percent.';
comment on column raw.google_health__oxygen_saturation.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__oxygen_saturation.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__respiratory_rate_sleep_summary (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    full_sleep_breaths_per_min double precision,
    full_sleep_standard_deviation double precision,
    full_sleep_signal_to_noise double precision,
    deep_sleep_breaths_per_min double precision,
    deep_sleep_standard_deviation double precision,
    deep_sleep_signal_to_noise double precision,
    light_sleep_breaths_per_min double precision,
    light_sleep_standard_deviation double precision,
    light_sleep_signal_to_noise double precision,
    rem_sleep_breaths_per_min double precision,
    rem_sleep_standard_deviation double precision,
    rem_sleep_signal_to_noise double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
comment on table raw.google_health__respiratory_rate_sleep_summary is
'Respiratory rate per sleep and stage, at the end of the sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__respiratory_rate_sleep_summary.ts is
'Instant that Google files the summary under.';
comment on column raw.google_health__respiratory_rate_sleep_summary.local_date is 'Local day of the person.';
comment on column raw.google_health__respiratory_rate_sleep_summary.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__respiratory_rate_sleep_summary.full_sleep_breaths_per_min is
'Breaths per minute in the whole sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.full_sleep_standard_deviation is
'Standard deviation of the breaths per minute in the whole sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.full_sleep_signal_to_noise is
'Signal-to-noise ratio in the whole sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.deep_sleep_breaths_per_min is
'Breaths per minute in deep sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.deep_sleep_standard_deviation is
'Standard deviation of the breaths per minute in deep sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.deep_sleep_signal_to_noise is
'Signal-to-noise ratio in deep sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.light_sleep_breaths_per_min is
'Breaths per minute in light sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.light_sleep_standard_deviation is
'Standard deviation of the breaths per minute in light sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.light_sleep_signal_to_noise is
'Signal-to-noise ratio in light sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.rem_sleep_breaths_per_min is
'Breaths per minute in REM sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.rem_sleep_standard_deviation is
'Standard deviation of the breaths per minute in REM sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.rem_sleep_signal_to_noise is
'Signal-to-noise ratio in REM sleep.';
comment on column raw.google_health__respiratory_rate_sleep_summary.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__respiratory_rate_sleep_summary.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__steps (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    steps integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__steps',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__steps is
'Steps in short intervals, mostly a minute; minutes without steps are mostly left out.';
comment on column raw.google_health__steps.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__steps.ts is 'Start of the interval.';
comment on column raw.google_health__steps.local_date is 'Local day of the person.';
comment on column raw.google_health__steps.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__steps.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__steps.steps is 'Steps.';
comment on column raw.google_health__steps.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__steps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__distance (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    distance_mm integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__distance',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__distance is 'Distance in short intervals, mostly a minute.';
comment on column raw.google_health__distance.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__distance.ts is 'Start of the interval.';
comment on column raw.google_health__distance.local_date is 'Local day of the person.';
comment on column raw.google_health__distance.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__distance.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__distance.distance_mm is 'Distance in millimetres.';
comment on column raw.google_health__distance.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__distance.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__floors (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    floors integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__floors',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__floors is 'Floors climbed in short intervals, mostly a minute.';
comment on column raw.google_health__floors.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__floors.ts is 'Start of the interval.';
comment on column raw.google_health__floors.local_date is 'Local day of the person.';
comment on column raw.google_health__floors.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__floors.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__floors.floors is 'Floors climbed.';
comment on column raw.google_health__floors.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__floors.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__active_energy_burned (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    active_energy_kcal double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__active_energy_burned',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__active_energy_burned is
'Energy burnt by activity in short intervals, mostly a minute.';
comment on column raw.google_health__active_energy_burned.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__active_energy_burned.ts is 'Start of the interval.';
comment on column raw.google_health__active_energy_burned.local_date is 'Local day of the person.';
comment on column raw.google_health__active_energy_burned.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__active_energy_burned.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__active_energy_burned.active_energy_kcal is
'Energy burnt by activity in kcal.';
comment on column raw.google_health__active_energy_burned.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__active_energy_burned.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__active_zone_minutes (
    account_id text not null,
    ts timestamptz not null,
    heart_rate_zone text not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    active_zone_minutes integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, heart_rate_zone)
);
select create_hypertable(
    'raw.google_health__active_zone_minutes',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__active_zone_minutes is
'Minutes in an earning heart-rate zone: one point for FAT_BURN, two for CARDIO and PEAK.';
comment on column raw.google_health__active_zone_minutes.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__active_zone_minutes.ts is 'Start of the interval.';
comment on column raw.google_health__active_zone_minutes.heart_rate_zone is
'Heart-rate zone in Google''s words.';
comment on column raw.google_health__active_zone_minutes.local_date is 'Local day of the person.';
comment on column raw.google_health__active_zone_minutes.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__active_zone_minutes.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__active_zone_minutes.active_zone_minutes is 'Active zone minutes.';
comment on column raw.google_health__active_zone_minutes.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__active_zone_minutes.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__time_in_heart_rate_zone (
    account_id text not null,
    ts timestamptz not null,
    heart_rate_zone text not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, heart_rate_zone)
);
select create_hypertable(
    'raw.google_health__time_in_heart_rate_zone',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__time_in_heart_rate_zone is
'Intervals spent in one heart-rate zone; their length is the value.';
comment on column raw.google_health__time_in_heart_rate_zone.account_id is
'Account; provider:participant_id.';
comment on column raw.google_health__time_in_heart_rate_zone.ts is 'Start of the interval.';
comment on column raw.google_health__time_in_heart_rate_zone.heart_rate_zone is
'Heart-rate zone in Google''s words.';
comment on column raw.google_health__time_in_heart_rate_zone.local_date is 'Local day of the person.';
comment on column raw.google_health__time_in_heart_rate_zone.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__time_in_heart_rate_zone.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__time_in_heart_rate_zone.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__time_in_heart_rate_zone.load_id is
'Load (raw.loads) that wrote the row.';

create table raw.google_health__active_minutes (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    light_minutes integer not null,
    moderate_minutes integer not null,
    vigorous_minutes integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__active_minutes',
    by_range('ts', interval '28 days'),
    create_default_indexes => false
);
comment on table raw.google_health__active_minutes is 'Minutes with activity by level, in short intervals.';
comment on column raw.google_health__active_minutes.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__active_minutes.ts is 'Start of the interval.';
comment on column raw.google_health__active_minutes.local_date is 'Local day of the person.';
comment on column raw.google_health__active_minutes.end_ts is 'End of the interval (exclusive).';
comment on column raw.google_health__active_minutes.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__active_minutes.light_minutes is 'Minutes of light activity.';
comment on column raw.google_health__active_minutes.moderate_minutes is 'Minutes of moderate activity.';
comment on column raw.google_health__active_minutes.vigorous_minutes is 'Minutes of vigorous activity.';
comment on column raw.google_health__active_minutes.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__active_minutes.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.google_health__heart_rate (
    account_id text not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    bpm smallint not null,
    motion_context text,
    sensor_location text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.google_health__heart_rate',
    by_range('ts', interval '7 days'),
    create_default_indexes => false
);
comment on table raw.google_health__heart_rate is 'Heart-rate samples.';
comment on column raw.google_health__heart_rate.account_id is 'Account; provider:participant_id.';
comment on column raw.google_health__heart_rate.ts is 'Instant of the sample.';
comment on column raw.google_health__heart_rate.local_date is 'Local day of the person.';
comment on column raw.google_health__heart_rate.utc_offset_seconds is
'Offset from UTC at that time as the source states it, or NULL.';
comment on column raw.google_health__heart_rate.bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.google_health__heart_rate.motion_context is 'ACTIVE or SEDENTARY.';
comment on column raw.google_health__heart_rate.sensor_location is 'Where the sensor was worn.';
comment on column raw.google_health__heart_rate.extra is
'Fields that have no column of their own: JSON of path and value, or NULL.';
comment on column raw.google_health__heart_rate.load_id is 'Load (raw.loads) that wrote the row.';
