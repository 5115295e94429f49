select
    account_id as device_id,
    local_date,
    'oxygen_saturation' as metric,
    spo2_mean_pct as value,
    load_id
from {{ source('google_health', 'daily_oxygen_saturation') }}
