with zones as (
    select
        devices.device_id,
        zones.time_zone,
        zones.valid_from,
        zones.valid_from at time zone zones.time_zone as wall_from
    from {{ ref('participant_devices') }} as devices
    inner join {{ ref('participant_time_zones') }} as zones
        on devices.participant_id = zones.participant_id
)

select
    device_id,
    time_zone,
    wall_from,
    coalesce(
        min(wall_from) over (
            partition by device_id order by valid_from
            rows between 1 following and unbounded following
        ),
        'infinity'
    ) as wall_to
from zones
