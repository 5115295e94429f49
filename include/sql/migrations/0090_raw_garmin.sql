-- Garmin accounts (Connect Personal API), one table per resource. All times are true instants;
-- local_date is the day that Garmin was asked for. Arrays in the course of a day have no fields
-- that could be unknown, so their tables have no column extra.

create table raw.garmin__profiles (
    account_id text not null,
    provider_user_id text not null,
    time_zone text,
    date_of_birth date,
    gender text,
    height_cm double precision,
    max_heart_rate_bpm smallint,
    heart_rate_zones jsonb,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.garmin__profiles is
'Profiles of Garmin accounts: one row per account and version. Holds direct identifiers.';
comment on column raw.garmin__profiles.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__profiles.provider_user_id is 'Garmin''s id of the user.';
comment on column raw.garmin__profiles.time_zone is
'IANA name of the zone that the account was in when it was read; earlier zones are not stated.';
comment on column raw.garmin__profiles.date_of_birth is 'Date of birth.';
comment on column raw.garmin__profiles.gender is 'Gender as Garmin words it.';
comment on column raw.garmin__profiles.height_cm is 'Height in centimetres.';
comment on column raw.garmin__profiles.max_heart_rate_bpm is
'Maximum heart rate from which Garmin derives the zones, in beats per minute.';
comment on column raw.garmin__profiles.heart_rate_zones is
'Heart-rate zones of each sport as Garmin states them.';
comment on column raw.garmin__profiles.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__profiles.seen_at is 'When this version was first read.';
comment on column raw.garmin__profiles.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__daily_summaries (
    account_id text not null,
    local_date date not null,
    steps integer,
    step_goal integer,
    distance_m double precision,
    floors double precision,
    energy_kcal double precision,
    active_energy_kcal double precision,
    basal_energy_kcal double precision,
    resting_heart_rate_bpm smallint,
    heart_rate_min_bpm smallint,
    heart_rate_max_bpm smallint,
    stress_mean_level smallint,
    stress_max_level smallint,
    body_battery_max_level smallint,
    body_battery_min_level smallint,
    moderate_intensity_minutes integer,
    vigorous_intensity_minutes integer,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.garmin__daily_summaries is
'Totals of days, one row per account and day. NULL where nothing was measured.';
comment on column raw.garmin__daily_summaries.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__daily_summaries.local_date is
'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__daily_summaries.steps is 'Steps of the day.';
comment on column raw.garmin__daily_summaries.step_goal is 'Steps that were the goal.';
comment on column raw.garmin__daily_summaries.distance_m is 'Distance in metres.';
comment on column raw.garmin__daily_summaries.floors is 'Floors climbed.';
comment on column raw.garmin__daily_summaries.energy_kcal is
'All energy burnt, the one at rest included.';
comment on column raw.garmin__daily_summaries.active_energy_kcal is 'Energy burnt by activity.';
comment on column raw.garmin__daily_summaries.basal_energy_kcal is 'Energy at rest.';
comment on column raw.garmin__daily_summaries.resting_heart_rate_bpm is
'Resting heart rate in beats per minute.';
comment on column raw.garmin__daily_summaries.heart_rate_min_bpm is 'Lowest heart rate of the day.';
comment on column raw.garmin__daily_summaries.heart_rate_max_bpm is
'Highest heart rate of the day.';
comment on column raw.garmin__daily_summaries.stress_mean_level is 'Mean stress, 0 to 100.';
comment on column raw.garmin__daily_summaries.stress_max_level is 'Highest stress, 0 to 100.';
comment on column raw.garmin__daily_summaries.body_battery_max_level is
'Highest level of the body battery, 0 to 100.';
comment on column raw.garmin__daily_summaries.body_battery_min_level is
'Lowest level of the body battery, 0 to 100.';
comment on column raw.garmin__daily_summaries.moderate_intensity_minutes is
'Minutes of moderate intensity.';
comment on column raw.garmin__daily_summaries.vigorous_intensity_minutes is
'Minutes of vigorous intensity.';
comment on column raw.garmin__daily_summaries.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__daily_summaries.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__daily_steps (
    account_id text not null,
    local_date date not null,
    steps integer,
    distance_m double precision,
    step_goal integer,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.garmin__daily_steps is
'Steps of days from the statistics, one row per account and day.';
comment on column raw.garmin__daily_steps.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__daily_steps.local_date is
'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__daily_steps.steps is 'Steps of the day.';
comment on column raw.garmin__daily_steps.distance_m is 'Distance in metres.';
comment on column raw.garmin__daily_steps.step_goal is 'Steps that were the goal.';
comment on column raw.garmin__daily_steps.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__daily_steps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__hrv (
    account_id text not null,
    local_date date not null,
    rmssd_ms double precision,
    rmssd_max_ms double precision,
    rmssd_week_mean_ms double precision,
    status text,
    baseline_low_upper_ms double precision,
    baseline_balanced_low_ms double precision,
    baseline_balanced_high_ms double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.garmin__hrv is
'Heart-rate variability in sleep, one row per account and night.';
comment on column raw.garmin__hrv.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__hrv.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.garmin__hrv.rmssd_ms is 'Mean RMSSD of the night in milliseconds.';
comment on column raw.garmin__hrv.rmssd_max_ms is 'Highest RMSSD of five minutes.';
comment on column raw.garmin__hrv.rmssd_week_mean_ms is 'Mean of the last seven nights.';
comment on column raw.garmin__hrv.status is 'BALANCED, UNBALANCED, LOW, ...';
comment on column raw.garmin__hrv.baseline_low_upper_ms is
'Below it Garmin calls the variability low.';
comment on column raw.garmin__hrv.baseline_balanced_low_ms is
'Lower end of the person''s balanced range.';
comment on column raw.garmin__hrv.baseline_balanced_high_ms is
'Upper end of the person''s balanced range.';
comment on column raw.garmin__hrv.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__hrv.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__weight (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    sample_id bigint not null,
    utc_offset_seconds integer,
    weight_kg double precision not null,
    body_mass_index double precision,
    body_fat_pct double precision,
    logged_by text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, sample_id)
);
select create_hypertable(
    'raw.garmin__weight', by_range('ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.garmin__weight is 'Weighings, one row per account and entry.';
comment on column raw.garmin__weight.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__weight.local_date is 'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__weight.ts is 'Instant of the weighing.';
comment on column raw.garmin__weight.sample_id is 'Garmin''s id of the entry.';
comment on column raw.garmin__weight.utc_offset_seconds is
'Offset from UTC, where Garmin tells it.';
comment on column raw.garmin__weight.weight_kg is 'Weight in kilograms.';
comment on column raw.garmin__weight.body_mass_index is
'Body-mass index in kilograms per square metre.';
comment on column raw.garmin__weight.body_fat_pct is 'Body fat in percent.';
comment on column raw.garmin__weight.logged_by is 'Scale, app or person that made the entry.';
comment on column raw.garmin__weight.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__weight.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__activities (
    account_id text not null,
    local_date date not null,
    activity_id bigint not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    activity_type text,
    activity_name text,
    duration_seconds double precision not null,
    elapsed_seconds double precision,
    moving_seconds double precision,
    distance_m double precision,
    elevation_gain_m double precision,
    speed_mean_m_per_s double precision,
    heart_rate_mean_bpm double precision,
    heart_rate_max_bpm double precision,
    energy_kcal double precision,
    steps integer,
    is_manual boolean,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, start_ts, activity_id)
);
select create_hypertable(
    'raw.garmin__activities', by_range('start_ts', interval '1 year'),
    create_default_indexes => false
);
comment on table raw.garmin__activities is 'Exercises, one row per account and exercise.';
comment on column raw.garmin__activities.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__activities.local_date is 'Local day on which it began.';
comment on column raw.garmin__activities.activity_id is 'Garmin''s id of the exercise.';
comment on column raw.garmin__activities.start_ts is 'Start.';
comment on column raw.garmin__activities.end_ts is 'End (exclusive), pauses included.';
comment on column raw.garmin__activities.utc_offset_seconds is 'Offset from UTC at the start.';
comment on column raw.garmin__activities.activity_type is
'Kind of exercise in Garmin''s words, such as running or lap_swimming.';
comment on column raw.garmin__activities.activity_name is 'Name of the exercise; may be edited.';
comment on column raw.garmin__activities.duration_seconds is 'Length as timed by the watch.';
comment on column raw.garmin__activities.elapsed_seconds is 'Length, pauses included.';
comment on column raw.garmin__activities.moving_seconds is 'Time in motion.';
comment on column raw.garmin__activities.distance_m is 'Distance in metres.';
comment on column raw.garmin__activities.elevation_gain_m is 'Metres climbed.';
comment on column raw.garmin__activities.speed_mean_m_per_s is 'Mean speed in metres per second.';
comment on column raw.garmin__activities.heart_rate_mean_bpm is
'Mean heart rate in beats per minute.';
comment on column raw.garmin__activities.heart_rate_max_bpm is
'Highest heart rate in beats per minute.';
comment on column raw.garmin__activities.energy_kcal is 'Energy burnt in kilocalories.';
comment on column raw.garmin__activities.steps is 'Steps.';
comment on column raw.garmin__activities.is_manual is 'Whether a person entered it.';
comment on column raw.garmin__activities.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__activities.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__sleep (
    account_id text not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer,
    sleep_seconds integer,
    deep_seconds integer,
    light_seconds integer,
    rem_seconds integer,
    awake_seconds integer,
    nap_seconds integer,
    is_confirmed boolean,
    rmssd_ms double precision,
    spo2_mean_pct double precision,
    breaths_per_min double precision,
    score smallint,
    levels jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, start_ts)
);
select create_hypertable(
    'raw.garmin__sleep', by_range('start_ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.garmin__sleep is
'Main sleeps, one row per account and night; Garmin tells no times of naps.';
comment on column raw.garmin__sleep.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__sleep.local_date is 'Local day on which the sleep ended.';
comment on column raw.garmin__sleep.start_ts is 'First instant of the sleep.';
comment on column raw.garmin__sleep.end_ts is 'End of the sleep (exclusive).';
comment on column raw.garmin__sleep.utc_offset_seconds is 'Offset from UTC at the start.';
comment on column raw.garmin__sleep.sleep_seconds is 'Seconds asleep.';
comment on column raw.garmin__sleep.deep_seconds is 'Seconds of deep sleep.';
comment on column raw.garmin__sleep.light_seconds is 'Seconds of light sleep.';
comment on column raw.garmin__sleep.rem_seconds is 'Seconds of REM sleep.';
comment on column raw.garmin__sleep.awake_seconds is 'Seconds awake.';
comment on column raw.garmin__sleep.nap_seconds is 'Seconds of naps on that day.';
comment on column raw.garmin__sleep.is_confirmed is 'Whether Garmin has settled start and end.';
comment on column raw.garmin__sleep.rmssd_ms is 'Mean RMSSD of the sleep in milliseconds.';
comment on column raw.garmin__sleep.spo2_mean_pct is 'Mean oxygen saturation in percent.';
comment on column raw.garmin__sleep.breaths_per_min is 'Mean breaths per minute.';
comment on column raw.garmin__sleep.score is 'Sleep score, 0 to 100.';
comment on column raw.garmin__sleep.levels is
'Stages in order of time as a JSON array of {"ts": start, "seconds": length, "activity_level": '
'0 deep, 1 light, 2 REM, 3 awake}, or NULL.';
comment on column raw.garmin__sleep.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__sleep.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__hrv_readings (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    rmssd_ms double precision not null,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.garmin__hrv_readings', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.garmin__hrv_readings is
'Heart-rate variability in the course of nights, one row per account and five minutes.';
comment on column raw.garmin__hrv_readings.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__hrv_readings.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.garmin__hrv_readings.ts is 'Instant of the reading.';
comment on column raw.garmin__hrv_readings.rmssd_ms is 'RMSSD in milliseconds.';
comment on column raw.garmin__hrv_readings.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__spo2 (
    account_id text not null,
    local_date date not null,
    spo2_mean_pct double precision,
    spo2_min_pct double precision,
    readings jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.garmin__spo2 is 'Oxygen saturation in sleep, one row per account and night.';
comment on column raw.garmin__spo2.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__spo2.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.garmin__spo2.spo2_mean_pct is 'Mean in percent.';
comment on column raw.garmin__spo2.spo2_min_pct is 'Lowest value in percent.';
comment on column raw.garmin__spo2.readings is
'JSON array of {"ts": instant, "pct": percent}, or NULL.';
comment on column raw.garmin__spo2.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__spo2.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__fitness_age (
    account_id text not null,
    local_date date not null,
    chronological_age_years smallint,
    fitness_age_years double precision,
    vo2_max_ml_per_kg_min double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.garmin__fitness_age is
'Fitness age and estimated maximal oxygen uptake, one row per account and day.';
comment on column raw.garmin__fitness_age.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__fitness_age.local_date is
'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__fitness_age.chronological_age_years is 'Age in years.';
comment on column raw.garmin__fitness_age.fitness_age_years is 'Fitness age in years.';
comment on column raw.garmin__fitness_age.vo2_max_ml_per_kg_min is
'VO2max that it was computed from.';
comment on column raw.garmin__fitness_age.extra is 'Fields that have no column of their own.';
comment on column raw.garmin__fitness_age.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__heart_rate (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    bpm smallint not null,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.garmin__heart_rate', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.garmin__heart_rate is
'Heart rate, one row per account and two minutes in which it was measured.';
comment on column raw.garmin__heart_rate.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__heart_rate.local_date is
'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__heart_rate.ts is 'Start of the two minutes.';
comment on column raw.garmin__heart_rate.bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.garmin__heart_rate.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__stress (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    stress_level smallint not null,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.garmin__stress', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.garmin__stress is
'Stress, one row per account and three minutes in which it was measured.';
comment on column raw.garmin__stress.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__stress.local_date is 'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__stress.ts is 'Start of the three minutes.';
comment on column raw.garmin__stress.stress_level is
'0 (rest) to 100; minutes without a value (not worn, too active) have no row.';
comment on column raw.garmin__stress.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.garmin__body_battery (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    body_battery_level smallint not null,
    load_id integer not null,
    primary key (account_id, ts)
);
select create_hypertable(
    'raw.garmin__body_battery', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.garmin__body_battery is
'Body battery, one row per account and three minutes in which it was measured.';
comment on column raw.garmin__body_battery.account_id is 'Account; provider:participant_id.';
comment on column raw.garmin__body_battery.local_date is
'Local day of the person, as Garmin counts it.';
comment on column raw.garmin__body_battery.ts is 'Start of the three minutes.';
comment on column raw.garmin__body_battery.body_battery_level is '0 (empty) to 100.';
comment on column raw.garmin__body_battery.load_id is 'Load (raw.loads) that wrote the row.';
