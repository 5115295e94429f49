select
    device_id,
    source,
    first_date,
    last_date,
    resources
from {{ ref('dim_device') }}
where participant_id is null
