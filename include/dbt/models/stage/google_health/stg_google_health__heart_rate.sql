select
    account_id as device_id,
    ts,
    ts as source_ts,
    bpm::real as bpm,
    null::real as confidence,
    local_date,
    load_id
from {{ source('google_health', 'heart_rate') }}
