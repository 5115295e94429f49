with nights as (
    select round(sleep_minutes / 60)::integer as hours_slept
    from {{ ref('daily_health') }}
    where sleep_minutes is not null
),

counted as (
    select
        hours_slept,
        count(*) as days
    from nights
    group by hours_slept
)

select
    rank() over (order by days desc) as days_rank,
    hours_slept,
    days,
    100 * days::double precision / sum(days) over () as days_pct
from counted
