-- Data of Strava accounts, one table per resource. Instants are true; local days are those that
-- Strava's wall clock shows. Strava's terms allow to keep this for a week (STRAVA__RETENTION_DAYS).

create table raw.strava__profiles (
    account_id text not null,
    provider_user_id text not null,
    time_zone text,
    gender text,
    weight_kg double precision,
    threshold_power_w double precision,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.strava__profiles is
'Athletes at Strava: one row per account and version. Names and places are not stored.';
comment on column raw.strava__profiles.account_id is 'Account; provider:participant_id.';
comment on column raw.strava__profiles.provider_user_id is 'Strava''s id of the athlete.';
comment on column raw.strava__profiles.time_zone is
'IANA name of the zone of the newest activity; Strava states none for the athlete.';
comment on column raw.strava__profiles.gender is 'Gender as Strava words it: M or F.';
comment on column raw.strava__profiles.weight_kg is
'Weight in kilograms as the athlete entered it; needs the scope profile:read_all.';
comment on column raw.strava__profiles.threshold_power_w is
'Functional threshold power in watts as the athlete entered it.';
comment on column raw.strava__profiles.extra is 'Fields that no model knows.';
comment on column raw.strava__profiles.seen_at is 'When this version was first read.';
comment on column raw.strava__profiles.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.strava__zones (
    account_id text not null,
    heart_rate_zones jsonb,
    power_zones jsonb,
    extra jsonb,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.strava__zones is
'Zones of the athletes at Strava: one row per account and version.';
comment on column raw.strava__zones.account_id is 'Account; provider:participant_id.';
comment on column raw.strava__zones.heart_rate_zones is
'Heart-rate zones in beats per minute as Strava states them; the last one ends at -1, which is '
'open.';
comment on column raw.strava__zones.power_zones is 'Power zones in watts as Strava states them.';
comment on column raw.strava__zones.extra is 'Fields that no model knows.';
comment on column raw.strava__zones.seen_at is 'When this version was first read.';
comment on column raw.strava__zones.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.strava__activities (
    account_id text not null,
    start_ts timestamptz not null,
    activity_id bigint not null,
    end_ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    time_zone text,
    sport_type text not null,
    moving_seconds integer,
    distance_m double precision,
    elevation_gain_m double precision,
    elevation_high_m double precision,
    elevation_low_m double precision,
    mean_speed_m_per_s double precision,
    max_speed_m_per_s double precision,
    mean_heart_rate_bpm double precision,
    max_heart_rate_bpm double precision,
    mean_cadence_per_min double precision,
    mean_power_w double precision,
    mean_temperature_c double precision,
    work_kj double precision,
    relative_effort double precision,
    is_manual boolean,
    is_private boolean,
    is_indoor boolean,
    is_commute boolean,
    device_name text,
    upload_id bigint,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, start_ts, activity_id)
);
select create_hypertable(
    'raw.strava__activities',
    by_range('start_ts', interval '1 year'),
    create_default_indexes => false
);
comment on table raw.strava__activities is
'Activities at Strava, one row per account and activity.';
comment on column raw.strava__activities.account_id is 'Account; provider:participant_id.';
comment on column raw.strava__activities.start_ts is
'Start. Strava shows one second past midnight where the athlete hides it.';
comment on column raw.strava__activities.activity_id is 'Strava''s id of the activity.';
comment on column raw.strava__activities.end_ts is 'End (exclusive), pauses included.';
comment on column raw.strava__activities.local_date is
'Local day on which it began, by its own wall clock.';
comment on column raw.strava__activities.utc_offset_seconds is 'Offset of that wall clock.';
comment on column raw.strava__activities.time_zone is 'IANA name of the zone in which it began.';
comment on column raw.strava__activities.sport_type is 'Kind of sport as Strava words it.';
comment on column raw.strava__activities.moving_seconds is 'Time in motion.';
comment on column raw.strava__activities.distance_m is 'Distance in metres.';
comment on column raw.strava__activities.elevation_gain_m is 'Metres climbed.';
comment on column raw.strava__activities.elevation_high_m is 'Highest point in metres.';
comment on column raw.strava__activities.elevation_low_m is 'Lowest point in metres.';
comment on column raw.strava__activities.mean_speed_m_per_s is
'Mean speed in metres per second of motion.';
comment on column raw.strava__activities.max_speed_m_per_s is 'Highest speed in metres per second.';
comment on column raw.strava__activities.mean_heart_rate_bpm is
'Mean heart rate in beats per minute.';
comment on column raw.strava__activities.max_heart_rate_bpm is
'Highest heart rate in beats per minute.';
comment on column raw.strava__activities.mean_cadence_per_min is
'Mean revolutions, or steps of one leg, per minute.';
comment on column raw.strava__activities.mean_power_w is 'Mean power in watts.';
comment on column raw.strava__activities.mean_temperature_c is
'Mean temperature in degrees Celsius.';
comment on column raw.strava__activities.work_kj is 'Mechanical work in kilojoules (rides).';
comment on column raw.strava__activities.relative_effort is
'Strava''s relative effort (suffer_score).';
comment on column raw.strava__activities.is_manual is
'Whether it was entered by hand; such activities have no streams.';
comment on column raw.strava__activities.is_private is 'Whether the athlete alone may see it.';
comment on column raw.strava__activities.is_indoor is 'Whether it was on a trainer or treadmill.';
comment on column raw.strava__activities.is_commute is
'Whether the athlete marked it as a commute.';
comment on column raw.strava__activities.device_name is 'Device that recorded it.';
comment on column raw.strava__activities.upload_id is
'Strava''s id of the upload; NULL for one entered by hand.';
comment on column raw.strava__activities.extra is 'Fields that no model knows.';
comment on column raw.strava__activities.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.strava__streams (
    account_id text not null,
    activity_id bigint not null,
    ts timestamptz not null,
    local_date date not null,
    utc_offset_seconds integer,
    elapsed_seconds integer not null,
    heart_rate_bpm smallint,
    distance_m double precision,
    speed_m_per_s double precision,
    cadence_per_min double precision,
    power_w double precision,
    altitude_m double precision,
    is_moving boolean,
    latitude_deg double precision,
    longitude_deg double precision,
    load_id integer not null,
    primary key (account_id, activity_id, ts)
);
select create_hypertable(
    'raw.strava__streams', by_range('ts', interval '7 days'), create_default_indexes => false
);
comment on table raw.strava__streams is
'Recordings of activities at Strava, one row per account, activity and second.';
comment on column raw.strava__streams.account_id is 'Account; provider:participant_id.';
comment on column raw.strava__streams.activity_id is 'Activity that was recorded.';
comment on column raw.strava__streams.ts is 'Instant of the sample.';
comment on column raw.strava__streams.local_date is
'Local day on which the activity began, also for samples after midnight.';
comment on column raw.strava__streams.utc_offset_seconds is
'Offset of the wall clock at the start of the activity.';
comment on column raw.strava__streams.elapsed_seconds is 'Seconds since the start of the activity.';
comment on column raw.strava__streams.heart_rate_bpm is
'Heart rate in beats per minute, 25 to 250.';
comment on column raw.strava__streams.distance_m is 'Metres since the start of the activity.';
comment on column raw.strava__streams.speed_m_per_s is
'Speed in metres per second, smoothed by Strava.';
comment on column raw.strava__streams.cadence_per_min is
'Revolutions, or steps of one leg, per minute.';
comment on column raw.strava__streams.power_w is 'Power in watts.';
comment on column raw.strava__streams.altitude_m is 'Altitude in metres.';
comment on column raw.strava__streams.is_moving is
'Whether Strava takes the athlete to be in motion.';
comment on column raw.strava__streams.latitude_deg is
'Latitude in degrees (WGS 84); NULL unless STRAVA__KEEP_LOCATION is true.';
comment on column raw.strava__streams.longitude_deg is
'Longitude in degrees (WGS 84); NULL unless STRAVA__KEEP_LOCATION is true.';
comment on column raw.strava__streams.load_id is 'Load (raw.loads) that wrote the row.';

create table raw.strava__laps (
    account_id text not null,
    activity_id bigint not null,
    lap_index smallint not null,
    local_date date not null,
    start_ts timestamptz not null,
    end_ts timestamptz not null,
    moving_seconds integer,
    distance_m double precision,
    elevation_gain_m double precision,
    mean_speed_m_per_s double precision,
    max_speed_m_per_s double precision,
    mean_heart_rate_bpm double precision,
    max_heart_rate_bpm double precision,
    mean_cadence_per_min double precision,
    mean_power_w double precision,
    start_index integer,
    end_index integer,
    extra jsonb,
    load_id integer not null,
    primary key (account_id, activity_id, lap_index)
);
comment on table raw.strava__laps is
'Laps of activities at Strava, one row per account, activity and lap.';
comment on column raw.strava__laps.account_id is 'Account; provider:participant_id.';
comment on column raw.strava__laps.activity_id is 'Activity that the lap belongs to.';
comment on column raw.strava__laps.lap_index is 'Number of the lap, from 1.';
comment on column raw.strava__laps.local_date is 'Local day on which the activity began.';
comment on column raw.strava__laps.start_ts is 'Start of the lap.';
comment on column raw.strava__laps.end_ts is 'End of the lap (exclusive), pauses included.';
comment on column raw.strava__laps.moving_seconds is 'Time in motion.';
comment on column raw.strava__laps.distance_m is 'Distance in metres.';
comment on column raw.strava__laps.elevation_gain_m is 'Metres climbed.';
comment on column raw.strava__laps.mean_speed_m_per_s is
'Mean speed in metres per second of motion.';
comment on column raw.strava__laps.max_speed_m_per_s is 'Highest speed in metres per second.';
comment on column raw.strava__laps.mean_heart_rate_bpm is 'Mean heart rate in beats per minute.';
comment on column raw.strava__laps.max_heart_rate_bpm is 'Highest heart rate in beats per minute.';
comment on column raw.strava__laps.mean_cadence_per_min is
'Mean revolutions, or steps of one leg, per minute.';
comment on column raw.strava__laps.mean_power_w is 'Mean power in watts.';
comment on column raw.strava__laps.start_index is
'Position of the first sample in the streams, from 0.';
comment on column raw.strava__laps.end_index is
'Position of the last sample in the streams, from 0.';
comment on column raw.strava__laps.extra is 'Fields that no model knows.';
comment on column raw.strava__laps.load_id is 'Load (raw.loads) that wrote the row.';
