{{ config(grants={'select': readers_of('strava')}) }}

select
    account_id as device_id,
    ts,
    ts as source_ts,
    heart_rate_bpm::real as bpm,
    null::real as confidence,
    -- The day of the sample itself, where raw has that of its activity.
    ((ts at time zone 'UTC') + make_interval(secs => utc_offset_seconds))::date as local_date,
    load_id
from {{ source('strava', 'streams') }}
where heart_rate_bpm is not null
