select
    account_id as device_id,
    local_date,
    'heart_rate_variability_rmssd' as metric,
    rmssd_ms as value,
    load_id
from {{ source('garmin', 'hrv') }}
where rmssd_ms is not null
