select
    account_id as device_id,
    local_date,
    'resting_heart_rate' as metric,
    resting_heart_rate_bpm::double precision as value,
    load_id
from {{ source('google_health', 'daily_resting_heart_rate') }}
