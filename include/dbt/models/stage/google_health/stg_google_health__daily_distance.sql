select
    account_id as device_id,
    local_date,
    'distance' as metric,
    distance_mm / 1000.0::double precision as value,
    load_id
from {{ source('google_health', 'daily_distance') }}
