select
    account_id as device_id,
    local_date,
    'vo2_max' as metric,
    vo2_max_ml_per_kg_min as value,
    load_id
from {{ source('google_health', 'daily_vo2_max') }}
