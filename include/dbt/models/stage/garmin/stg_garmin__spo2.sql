select
    account_id as device_id,
    local_date,
    'oxygen_saturation' as metric,
    spo2_mean_pct as value,
    load_id
from {{ source('garmin', 'spo2') }}
where spo2_mean_pct is not null
