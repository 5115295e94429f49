with claims as (
    select
        participants.participant_id,
        participants.created_at,
        devices.device_id
    from {{ ref('participant_versions') }} as participants
    cross join lateral jsonb_array_elements_text(participants.devices) as devices (device_id)
    where participants.is_current
)

select distinct on (device_id)
    device_id,
    participant_id
from claims
order by device_id, created_at desc nulls last, participant_id
