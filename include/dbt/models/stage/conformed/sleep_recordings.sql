with recorded as (
    {{ union_entity('sleeps') }}
),

devices as (
    select * from {{ ref('participant_devices') }}
)

select
    devices.participant_id,
    recorded.source,
    recorded.device_id,
    recorded.start_ts,
    recorded.end_ts,
    recorded.awake,
    recorded.deep,
    recorded.rem,
    recorded.light
from recorded
inner join devices on recorded.device_id = devices.device_id
