with claims as (
    select
        participants.participant_id,
        participants.source,
        participants.created_at,
        devices.device_id
    from {{ ref('participant_versions') }} as participants
    cross join lateral jsonb_array_elements_text(participants.devices) as devices (device_id)
    where participants.is_current
),

owners as (
    select distinct on (device_id)
        device_id,
        participant_id
    from claims
    order by device_id, created_at desc nulls last, participant_id
)

select
    owners.device_id,
    owners.participant_id,
    jsonb_agg(distinct claims.source) as sources
from owners
inner join claims
    on
        owners.device_id = claims.device_id
        and owners.participant_id = claims.participant_id
group by owners.device_id, owners.participant_id
