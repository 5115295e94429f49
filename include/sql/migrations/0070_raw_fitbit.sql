-- Fitbit accounts (legacy Web API), one table per resource. The API tells wall-clock time and no
-- offset: `ts` holds that time written as if it were UTC, and `fold` tells two readings of a time
-- apart. Only exercises have true instants.

create table raw.fitbit__profiles (
    account_id text not null,
    provider_user_id text not null,
    time_zone text not null,
    utc_offset_seconds integer,
    date_of_birth date,
    stated_age_years smallint,
    gender text,
    height_cm double precision,
    member_since date,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.fitbit__profiles is
'Profiles of Fitbit accounts: one row per account and version. Holds direct identifiers.';
comment on column raw.fitbit__profiles.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__profiles.provider_user_id is 'Fitbit''s encodedId of the user.';
comment on column raw.fitbit__profiles.time_zone is
'IANA name of the zone that the account was in when it was read; earlier zones are not stated.';
comment on column raw.fitbit__profiles.utc_offset_seconds is
'Offset of that zone when it was read.';
comment on column raw.fitbit__profiles.date_of_birth is 'Date of birth.';
comment on column raw.fitbit__profiles.stated_age_years is 'Age in years when it was read.';
comment on column raw.fitbit__profiles.gender is 'Gender as Fitbit words it.';
comment on column raw.fitbit__profiles.height_cm is 'Height in centimetres.';
comment on column raw.fitbit__profiles.member_since is 'Day on which the account was made.';
comment on column raw.fitbit__profiles.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__profiles.seen_at is 'When this version was first read.';
comment on column raw.fitbit__profiles.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__devices (
    account_id text not null,
    provider_device_id text not null,
    device_type text,
    model text,
    battery text,
    battery_pct double precision,
    last_sync_ts timestamptz,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, provider_device_id, load_id)
);
comment on table raw.fitbit__devices is
'Devices paired with Fitbit accounts: one row per device and version.';
comment on column raw.fitbit__devices.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__devices.provider_device_id is 'Fitbit''s id of the device.';
comment on column raw.fitbit__devices.device_type is 'TRACKER or SCALE.';
comment on column raw.fitbit__devices.model is 'Name of the model.';
comment on column raw.fitbit__devices.battery is 'Battery in words.';
comment on column raw.fitbit__devices.battery_pct is 'Battery in percent.';
comment on column raw.fitbit__devices.last_sync_ts is
'When the device synced last. Local wall-clock time written as if it were UTC, because Fitbit '
'tells no offset; stage converts it.';
comment on column raw.fitbit__devices.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__devices.seen_at is 'When this version was first read.';
comment on column raw.fitbit__devices.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__heart_rate_daily (
    account_id text not null,
    local_date date not null,
    resting_heart_rate_bpm smallint,
    heart_rate_zones jsonb,
    custom_heart_rate_zones jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__heart_rate_daily is
'Resting heart rate and heart-rate zones, one row per account and day.';
comment on column raw.fitbit__heart_rate_daily.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__heart_rate_daily.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__heart_rate_daily.resting_heart_rate_bpm is
'Resting heart rate in beats per minute; NULL where Fitbit found none.';
comment on column raw.fitbit__heart_rate_daily.heart_rate_zones is
'JSON array of zones: name, min and max in beats per minute, minutes spent, caloriesOut.';
comment on column raw.fitbit__heart_rate_daily.custom_heart_rate_zones is
'The same for zones that the person has set, or NULL.';
comment on column raw.fitbit__heart_rate_daily.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__heart_rate_daily.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__daily_activity (
    account_id text not null,
    local_date date not null,
    steps integer,
    distance_m double precision,
    floors integer,
    energy_kcal double precision,
    activity_energy_kcal double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__daily_activity is
'Totals of days, one row per account and day. Fitbit states 0 both for nothing and for not '
'worn.';
comment on column raw.fitbit__daily_activity.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__daily_activity.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__daily_activity.steps is 'Steps of the day.';
comment on column raw.fitbit__daily_activity.distance_m is 'Distance in metres.';
comment on column raw.fitbit__daily_activity.floors is 'Floors climbed.';
comment on column raw.fitbit__daily_activity.energy_kcal is
'All energy burnt, the one at rest included; also on days without a watch.';
comment on column raw.fitbit__daily_activity.activity_energy_kcal is
'Energy burnt in active minutes. Fitbit includes what these minutes would have cost at rest.';
comment on column raw.fitbit__daily_activity.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__daily_activity.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__active_zone_minutes (
    account_id text not null,
    local_date date not null,
    active_zone_minutes integer not null,
    fat_burn_minutes integer,
    cardio_minutes integer,
    peak_minutes integer,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__active_zone_minutes is
'Active zone minutes, one row per account and day that has any.';
comment on column raw.fitbit__active_zone_minutes.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__active_zone_minutes.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__active_zone_minutes.active_zone_minutes is
'Total: a minute of fat burn counts once, one of cardio or peak twice.';
comment on column raw.fitbit__active_zone_minutes.fat_burn_minutes is
'Counted in the fat-burn zone.';
comment on column raw.fitbit__active_zone_minutes.cardio_minutes is 'Counted in the cardio zone.';
comment on column raw.fitbit__active_zone_minutes.peak_minutes is 'Counted in the peak zone.';
comment on column raw.fitbit__active_zone_minutes.extra is
'Fields that have no column of their own.';
comment on column raw.fitbit__active_zone_minutes.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__hrv (
    account_id text not null,
    local_date date not null,
    rmssd_ms double precision not null,
    deep_sleep_rmssd_ms double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__hrv is
'Heart-rate variability in sleep, one row per account and night.';
comment on column raw.fitbit__hrv.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__hrv.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.fitbit__hrv.rmssd_ms is 'RMSSD of the main sleep in milliseconds.';
comment on column raw.fitbit__hrv.deep_sleep_rmssd_ms is 'RMSSD of deep sleep in milliseconds.';
comment on column raw.fitbit__hrv.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__hrv.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__spo2 (
    account_id text not null,
    local_date date not null,
    spo2_mean_pct double precision not null,
    spo2_min_pct double precision,
    spo2_max_pct double precision,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__spo2 is 'Oxygen saturation in sleep, one row per account and night.';
comment on column raw.fitbit__spo2.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__spo2.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.fitbit__spo2.spo2_mean_pct is 'Mean in percent.';
comment on column raw.fitbit__spo2.spo2_min_pct is 'Lowest value in percent.';
comment on column raw.fitbit__spo2.spo2_max_pct is 'Highest value in percent.';
comment on column raw.fitbit__spo2.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__spo2.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__breathing_rate (
    account_id text not null,
    local_date date not null,
    breaths_per_min double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__breathing_rate is
'Breathing rate in sleep, one row per account and night.';
comment on column raw.fitbit__breathing_rate.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__breathing_rate.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.fitbit__breathing_rate.breaths_per_min is 'Breaths per minute.';
comment on column raw.fitbit__breathing_rate.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__breathing_rate.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__skin_temperature (
    account_id text not null,
    local_date date not null,
    deviation_celsius double precision not null,
    log_type text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__skin_temperature is
'Skin temperature in sleep, one row per account and night.';
comment on column raw.fitbit__skin_temperature.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__skin_temperature.local_date is
'Local day on which the sleep ended in which it was measured.';
comment on column raw.fitbit__skin_temperature.deviation_celsius is
'Degrees Celsius above the person''s own baseline.';
comment on column raw.fitbit__skin_temperature.log_type is 'How it was measured.';
comment on column raw.fitbit__skin_temperature.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__skin_temperature.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__cardio_score (
    account_id text not null,
    local_date date not null,
    vo2_max_ml_per_kg_min double precision not null,
    vo2_max_low_ml_per_kg_min double precision not null,
    vo2_max_high_ml_per_kg_min double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, local_date)
);
comment on table raw.fitbit__cardio_score is
'Estimated maximal oxygen uptake, one row per account and day.';
comment on column raw.fitbit__cardio_score.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__cardio_score.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__cardio_score.vo2_max_ml_per_kg_min is
'The value, or the middle of the range that Fitbit states without GPS runs.';
comment on column raw.fitbit__cardio_score.vo2_max_low_ml_per_kg_min is
'Lower end of the range; the value where there is no range.';
comment on column raw.fitbit__cardio_score.vo2_max_high_ml_per_kg_min is
'Upper end of the range; the value where there is no range.';
comment on column raw.fitbit__cardio_score.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__cardio_score.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__weight (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    log_id bigint not null,
    weight_kg double precision not null,
    body_mass_index double precision,
    body_fat_pct double precision,
    logged_by text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, log_id)
);
select create_hypertable(
    'raw.fitbit__weight', by_range('ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.fitbit__weight is 'Weighings, one row per account and entry.';
comment on column raw.fitbit__weight.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__weight.local_date is 'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__weight.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__weight.log_id is 'Fitbit''s id of the entry.';
comment on column raw.fitbit__weight.weight_kg is 'Weight in kilograms.';
comment on column raw.fitbit__weight.body_mass_index is
'Body-mass index in kilograms per square metre.';
comment on column raw.fitbit__weight.body_fat_pct is 'Body fat in percent.';
comment on column raw.fitbit__weight.logged_by is 'Scale, app or person that made the entry.';
comment on column raw.fitbit__weight.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__weight.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__body_fat (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    log_id bigint not null,
    body_fat_pct double precision not null,
    logged_by text,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, log_id)
);
select create_hypertable(
    'raw.fitbit__body_fat', by_range('ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.fitbit__body_fat is 'Measurements of body fat, one row per account and entry.';
comment on column raw.fitbit__body_fat.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__body_fat.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__body_fat.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__body_fat.log_id is 'Fitbit''s id of the entry.';
comment on column raw.fitbit__body_fat.body_fat_pct is 'Body fat in percent.';
comment on column raw.fitbit__body_fat.logged_by is 'Scale, app or person that made the entry.';
comment on column raw.fitbit__body_fat.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__body_fat.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__sleep (
    account_id text not null,
    local_date date not null,
    log_id bigint not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    duration_ms bigint not null,
    sleep_type text,
    is_main_sleep boolean,
    efficiency_pct double precision,
    minutes_asleep integer,
    minutes_awake integer,
    minutes_to_fall_asleep integer,
    minutes_after_wakeup integer,
    minutes_in_bed integer,
    log_type text,
    info_code smallint,
    levels jsonb,
    short_awakenings jsonb,
    level_summary jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, start_ts, log_id)
);
select create_hypertable(
    'raw.fitbit__sleep', by_range('start_ts', interval '1 year'), create_default_indexes => false
);
comment on table raw.fitbit__sleep is 'Sleeps, one row per account and sleep.';
comment on column raw.fitbit__sleep.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__sleep.local_date is 'Local day on which the sleep ended.';
comment on column raw.fitbit__sleep.log_id is 'Fitbit''s id of the sleep.';
comment on column raw.fitbit__sleep.start_ts is
'First moment in bed. Local wall-clock time written as if it were UTC, because Fitbit tells no '
'offset; stage converts it.';
comment on column raw.fitbit__sleep.end_ts is
'End of the sleep (exclusive); wall-clock time as start_ts.';
comment on column raw.fitbit__sleep.duration_ms is
'Length in milliseconds of true time, which tells the wall-clock times apart where the clock '
'was changed in that night.';
comment on column raw.fitbit__sleep.sleep_type is
'stages (deep, light, rem, wake) or classic (asleep, restless, awake).';
comment on column raw.fitbit__sleep.is_main_sleep is 'Whether it is the main sleep of its day.';
comment on column raw.fitbit__sleep.efficiency_pct is
'Sleep efficiency as Fitbit computes it, in percent.';
comment on column raw.fitbit__sleep.minutes_asleep is
'Minutes asleep as Fitbit counts them: short awakenings are subtracted.';
comment on column raw.fitbit__sleep.minutes_awake is 'Minutes awake.';
comment on column raw.fitbit__sleep.minutes_to_fall_asleep is 'Minutes until asleep.';
comment on column raw.fitbit__sleep.minutes_after_wakeup is 'Minutes in bed after waking up.';
comment on column raw.fitbit__sleep.minutes_in_bed is 'Minutes in bed.';
comment on column raw.fitbit__sleep.log_type is 'auto_detected or manual.';
comment on column raw.fitbit__sleep.info_code is
'0 if it was long enough for stages; 1, 2 or 3 say why there are none.';
comment on column raw.fitbit__sleep.levels is
'JSON array in order of time of {"elapsed_seconds": seconds since the start of the sleep, '
'"seconds": length, "level": text}, or NULL.';
comment on column raw.fitbit__sleep.short_awakenings is
'Awakenings of up to 3 minutes, which lie on top of the levels; same form.';
comment on column raw.fitbit__sleep.level_summary is
'Minutes and count of each level as Fitbit states them.';
comment on column raw.fitbit__sleep.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__sleep.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__activities (
    account_id text not null,
    local_date date not null,
    log_id bigint not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    utc_offset_seconds integer not null,
    activity_type_id bigint,
    activity_name text,
    log_type text,
    duration_ms bigint not null,
    active_duration_ms bigint,
    steps integer,
    distance_m double precision,
    energy_kcal double precision,
    elevation_gain_m double precision,
    heart_rate_mean_bpm smallint,
    active_zone_minutes integer,
    has_gps boolean,
    modified_at timestamptz,
    heart_rate_zones jsonb,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, start_ts, log_id)
);
select create_hypertable(
    'raw.fitbit__activities', by_range('start_ts', interval '1 year'),
    create_default_indexes => false
);
comment on table raw.fitbit__activities is 'Exercises, one row per account and exercise.';
comment on column raw.fitbit__activities.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__activities.local_date is 'Local day on which it began.';
comment on column raw.fitbit__activities.log_id is 'Fitbit''s id of the exercise.';
comment on column raw.fitbit__activities.start_ts is
'Start; a true instant, here Fitbit tells the offset.';
comment on column raw.fitbit__activities.end_ts is 'End (exclusive), pauses included.';
comment on column raw.fitbit__activities.utc_offset_seconds is 'Offset from UTC at the start.';
comment on column raw.fitbit__activities.activity_type_id is
'Fitbit''s number of the kind of exercise.';
comment on column raw.fitbit__activities.activity_name is 'Name of the exercise; may be edited.';
comment on column raw.fitbit__activities.log_type is
'How it was recorded: tracker, auto_detected, manual, mobile_run, ...';
comment on column raw.fitbit__activities.duration_ms is 'Length in milliseconds, pauses included.';
comment on column raw.fitbit__activities.active_duration_ms is
'Length in milliseconds without pauses.';
comment on column raw.fitbit__activities.steps is 'Steps.';
comment on column raw.fitbit__activities.distance_m is 'Distance in metres.';
comment on column raw.fitbit__activities.energy_kcal is 'Energy burnt in kilocalories.';
comment on column raw.fitbit__activities.elevation_gain_m is 'Metres climbed.';
comment on column raw.fitbit__activities.heart_rate_mean_bpm is
'Mean heart rate in beats per minute.';
comment on column raw.fitbit__activities.active_zone_minutes is 'Active zone minutes.';
comment on column raw.fitbit__activities.has_gps is 'Whether there is a GPS track.';
comment on column raw.fitbit__activities.modified_at is 'When it was changed last.';
comment on column raw.fitbit__activities.heart_rate_zones is
'JSON array of zones: name, min and max in beats per minute, minutes spent.';
comment on column raw.fitbit__activities.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__activities.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__heart_rate (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    fold smallint not null,
    bpm smallint not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, fold)
);
select create_hypertable(
    'raw.fitbit__heart_rate', by_range('ts', interval '7 days'), create_default_indexes => false
);
comment on table raw.fitbit__heart_rate is
'Heart-rate samples, one row per account and sample; every second at most.';
comment on column raw.fitbit__heart_rate.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__heart_rate.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__heart_rate.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__heart_rate.fold is
'0; 1 from the moment on at which the clock was set back on that day (in autumn, or on a '
'journey to the west): of two readings of ts the second one.';
comment on column raw.fitbit__heart_rate.bpm is 'Heart rate in beats per minute, 25 to 250.';
comment on column raw.fitbit__heart_rate.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__heart_rate.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__steps (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    fold smallint not null,
    steps integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, fold)
);
select create_hypertable(
    'raw.fitbit__steps', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.fitbit__steps is
'Steps, one row per account and minute, also of minutes without any.';
comment on column raw.fitbit__steps.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__steps.local_date is 'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__steps.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__steps.fold is
'0; 1 from the moment on at which the clock was set back on that day (in autumn, or on a '
'journey to the west): of two readings of ts the second one.';
comment on column raw.fitbit__steps.steps is 'Steps of the minute, 0 to 1,000.';
comment on column raw.fitbit__steps.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__steps.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__distance (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    fold smallint not null,
    distance_m double precision not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, fold)
);
select create_hypertable(
    'raw.fitbit__distance', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.fitbit__distance is
'Distance, one row per account and minute, also of minutes without any.';
comment on column raw.fitbit__distance.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__distance.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__distance.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__distance.fold is
'0; 1 from the moment on at which the clock was set back on that day (in autumn, or on a '
'journey to the west): of two readings of ts the second one.';
comment on column raw.fitbit__distance.distance_m is 'Metres of the minute.';
comment on column raw.fitbit__distance.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__distance.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__floors (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    fold smallint not null,
    floors integer not null,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, fold)
);
select create_hypertable(
    'raw.fitbit__floors', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.fitbit__floors is
'Floors climbed, one row per account and minute, also of minutes without any.';
comment on column raw.fitbit__floors.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__floors.local_date is 'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__floors.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__floors.fold is
'0; 1 from the moment on at which the clock was set back on that day (in autumn, or on a '
'journey to the west): of two readings of ts the second one.';
comment on column raw.fitbit__floors.floors is 'Floors climbed in the minute.';
comment on column raw.fitbit__floors.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__floors.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.fitbit__calories (
    account_id text not null,
    local_date date not null,
    ts timestamptz not null,
    fold smallint not null,
    energy_kcal double precision not null,
    activity_level smallint,
    mets_tenths smallint,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, ts, fold)
);
select create_hypertable(
    'raw.fitbit__calories', by_range('ts', interval '28 days'), create_default_indexes => false
);
comment on table raw.fitbit__calories is
'Energy burnt, one row per account and minute, the energy at rest included.';
comment on column raw.fitbit__calories.account_id is 'Account; provider:participant_id.';
comment on column raw.fitbit__calories.local_date is
'Local day of the person, as Fitbit counts it.';
comment on column raw.fitbit__calories.ts is
'Local wall-clock time written as if it were UTC, because Fitbit tells no offset; stage '
'converts it.';
comment on column raw.fitbit__calories.fold is
'0; 1 from the moment on at which the clock was set back on that day (in autumn, or on a '
'journey to the west): of two readings of ts the second one.';
comment on column raw.fitbit__calories.energy_kcal is 'Kilocalories of the minute.';
comment on column raw.fitbit__calories.activity_level is
'Fitbit''s level of activity: 0 sedentary, 1 light, 2 fair, 3 very active; NULL where not '
'stated.';
comment on column raw.fitbit__calories.mets_tenths is 'Metabolic equivalents times 10, or NULL.';
comment on column raw.fitbit__calories.extra is 'Fields that have no column of their own.';
comment on column raw.fitbit__calories.load_id is 'Load (raw.loads) that wrote the row.';
