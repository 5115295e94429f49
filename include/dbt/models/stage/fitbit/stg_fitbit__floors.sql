with minutes as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'floors') }}
)

select
    minutes.device_id,
    {{ instant('minutes.ts', 'fitbit', 'floors', 'minutes.fold') }} as ts,
    minutes.ts as source_ts,
    minutes.fold,
    null::integer as steps,
    null::double precision as distance_m,
    minutes.floors::double precision as floors_climbed,
    null::double precision as active_energy_kcal,
    null::double precision as total_energy_kcal,
    minutes.local_date,
    minutes.load_id
from minutes
{{ join_device_zones('minutes', 'ts', 'fitbit', 'floors', 'minutes.fold') }}
-- Fitbit states 0 both for nothing and for not worn, so that a 0 says nothing.
where minutes.floors > 0
