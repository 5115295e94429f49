with days as (
    select
        account_id as device_id,
        *
    from {{ source('garmin', 'daily_summaries') }}
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
        ('floors_climbed', days.floors),
        ('calories_burned_active', days.active_energy_kcal),
        ('calories_burned_total', days.energy_kcal),
        ('resting_heart_rate', days.resting_heart_rate_bpm::double precision)
    ) as totals (metric, value)
where totals.value is not null
