select
    rank() over (order by steps desc) as movement_rank,
    rank() over (partition by participant_id order by steps desc) as own_movement_rank,
    participant_id,
    local_date,
    steps,
    distance_m,
    active_energy_kcal,
    is_valid_day
from {{ ref('daily_health') }}
where steps is not null
