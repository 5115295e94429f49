-- Devices of the document store that a participant ever claimed, and whose each is now: of those who
-- claim it in their newest document, the one who was created last; nobody's is still theirs.
with versions as (
    select
        user_id,
        devices,
        created_at,
        lead(load_id) over (partition by user_id order by load_id) is null as is_newest
    from raw.iot__users
),

claimed as (
    select distinct devices.device_id
    from versions
    cross join lateral jsonb_array_elements_text(versions.devices) as devices (device_id)
    where versions.user_id = %(participant_id)s
),

owners as (
    select distinct on (devices.device_id)
        devices.device_id,
        versions.user_id
    from versions
    cross join lateral jsonb_array_elements_text(versions.devices) as devices (device_id)
    where versions.is_newest
    order by devices.device_id, versions.created_at desc nulls last, versions.user_id
)

select
    claimed.device_id,
    coalesce(owners.user_id, %(participant_id)s) as owner_id
from claimed
left join owners on claimed.device_id = owners.device_id
order by claimed.device_id
