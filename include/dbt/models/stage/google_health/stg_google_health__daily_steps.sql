select
    account_id as device_id,
    local_date,
    'step_count_daily' as metric,
    steps::double precision as value,
    load_id
from {{ source('google_health', 'daily_steps') }}
