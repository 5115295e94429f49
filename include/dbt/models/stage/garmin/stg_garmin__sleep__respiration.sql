select
    account_id as device_id,
    local_date,
    'respiratory_rate' as metric,
    breaths_per_min as value,
    load_id
from {{ source('garmin', 'sleep') }}
where breaths_per_min is not null
