select
    account_id as device_id,
    local_date,
    'floors_climbed' as metric,
    floors::double precision as value,
    load_id
from {{ source('google_health', 'daily_floors') }}
