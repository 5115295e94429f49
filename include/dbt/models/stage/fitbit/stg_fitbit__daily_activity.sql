with days as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'daily_activity') }}
)

select
    days.device_id,
    days.local_date,
    totals.metric,
    totals.value,
    days.load_id
from days
cross join
    lateral (
        values
        ('step_count_daily', days.steps::double precision),
        ('distance', days.distance_m),
        ('floors_climbed', days.floors::double precision),
        ('calories_burned_active', days.activity_energy_kcal),
        ('calories_burned_total', days.energy_kcal)
    ) as totals (metric, value)
-- Fitbit states 0 both for nothing and for not worn, so that a 0 says nothing.
where totals.value > 0
