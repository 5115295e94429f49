select
    account_id as device_id,
    local_date,
    'respiratory_rate' as metric,
    breaths_per_min as value,
    load_id
from {{ source('google_health', 'daily_respiratory_rate') }}
