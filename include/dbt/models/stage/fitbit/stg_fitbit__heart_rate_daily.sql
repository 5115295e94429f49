select
    account_id as device_id,
    local_date,
    'resting_heart_rate' as metric,
    resting_heart_rate_bpm::double precision as value,
    load_id
from {{ source('fitbit', 'heart_rate_daily') }}
where resting_heart_rate_bpm is not null
