select
    account_id as device_id,
    local_date,
    'heart_rate_variability_rmssd' as metric,
    hrv_rmssd_ms as value,
    load_id
from {{ source('google_health', 'daily_heart_rate_variability') }}
-- Google writes 0 where it has none.
where hrv_rmssd_ms > 0
