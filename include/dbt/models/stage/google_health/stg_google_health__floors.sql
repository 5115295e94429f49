select
    account_id as device_id,
    ts,
    ts as source_ts,
    null::integer as steps,
    null::double precision as distance_m,
    floors::double precision as floors_climbed,
    null::double precision as active_energy_kcal,
    null::double precision as total_energy_kcal,
    local_date,
    load_id
from {{ source('google_health', 'floors') }}
