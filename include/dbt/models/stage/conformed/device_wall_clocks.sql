with zones as (
    select
        devices.device_id,
        zones.time_zone,
        zones.valid_from,
        zones.valid_from at time zone zones.time_zone as wall_from,
        zones.valid_to at time zone zones.time_zone as wall_until
    from {{ ref('participant_devices') }} as devices
    inner join {{ ref('participant_time_zones') }} as zones
        on devices.participant_id = zones.participant_id
),

-- A journey to the west makes times come twice, one to the east leaves some out.
clocks as (
    select
        device_id,
        time_zone,
        wall_from,
        wall_until,
        max(wall_until) over (
            partition by device_id order by valid_from
            rows between unbounded preceding and 1 preceding
        ) as earlier_until,
        min(wall_from) over (
            partition by device_id order by valid_from
            rows between 1 following and unbounded following
        ) as next_from
    from zones
)

-- Of two readings the first: each zone as long as it lasts.
select
    device_id,
    0 as fold,
    time_zone,
    coalesce(earlier_until, '-infinity') as wall_from,
    wall_until as wall_to
from clocks
where coalesce(earlier_until, '-infinity') < wall_until
union all
-- Of two readings the second: each zone until the next one begins.
select
    device_id,
    1 as fold,
    time_zone,
    wall_from,
    coalesce(next_from, 'infinity') as wall_to
from clocks
