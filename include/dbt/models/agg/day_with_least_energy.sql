with days as (
    select
        participant_id,
        local_date,
        case
            when total_energy_kcal is not null then 'total_energy_kcal'
            when active_energy_kcal is not null then 'active_energy_kcal'
            else 'steps'
        end as measured_by,
        coalesce(total_energy_kcal, active_energy_kcal, steps) as measured_value
    from {{ ref('daily_health') }}
    -- On a day when the watch lay in a drawer little was counted, not little burnt.
    where is_valid_day
),

ranked as (
    select
        *,
        rank() over (
            partition by participant_id
            order by
                array_position(
                    array['total_energy_kcal', 'active_energy_kcal', 'steps'], measured_by
                ),
                measured_value
        ) as own_rank
    from days
    where measured_value is not null
)

select
    participant_id,
    local_date,
    measured_by,
    measured_value
from ranked
where own_rank = 1
