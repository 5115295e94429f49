select
    account_id as device_id,
    local_date,
    'vo2_max' as metric,
    vo2_max_ml_per_kg_min as value,
    load_id
from {{ source('garmin', 'fitness_age') }}
where vo2_max_ml_per_kg_min is not null
