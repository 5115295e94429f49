-- Devices, and the people whose newest document says that they are theirs.
with newest as (
    select distinct on (user_id)
        user_id,
        devices
    from raw.iot__users
    order by user_id, load_id desc
)

select
    devices.device_id,
    newest.user_id
from newest
cross join lateral jsonb_array_elements_text(newest.devices) as devices (device_id)
