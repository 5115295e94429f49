with recorded as (
    {{ union_entity('activities', {
        'device_id': 'text',
        'activity_id': 'text',
        'activity_type': 'text',
        'start_ts': 'timestamptz',
        'end_ts': 'timestamptz',
        'local_date': 'date'
    }) }}
),

devices as (
    select * from {{ ref('participant_devices') }}
),

zones as (
    select * from {{ ref('participant_time_zones') }}
)

select
    devices.participant_id,
    recorded.source,
    recorded.activity_id,
    recorded.device_id,
    recorded.activity_type,
    recorded.start_ts,
    recorded.end_ts,
    (recorded.start_ts at time zone zones.time_zone)::date as local_date,
    extract(epoch from recorded.end_ts - recorded.start_ts)::double precision / 60 as minutes
from recorded
inner join devices on recorded.device_id = devices.device_id
inner join zones
    on
        devices.participant_id = zones.participant_id
        and recorded.start_ts >= zones.valid_from
        and recorded.start_ts < zones.valid_to
