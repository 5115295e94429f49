with events as (
    select * from {{ source('stream', 'heart_rates') }}
)

select
    topic,
    kafka_partition,
    kafka_offset,
    ts,
    user_id as participant_id,
    activity_id,
    heart_rate_bpm,
    latitude,
    longitude,
    load_id
from events
