with minutes as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'calories') }}
)

select
    minutes.device_id,
    {{ instant('minutes.ts', 'fitbit', 'calories', 'minutes.fold') }} as ts,
    minutes.ts as source_ts,
    minutes.fold,
    null::integer as steps,
    null::double precision as distance_m,
    null::double precision as floors_climbed,
    null::double precision as active_energy_kcal,
    minutes.energy_kcal as total_energy_kcal,
    minutes.local_date,
    minutes.load_id
from minutes
{{ join_device_zones('minutes', 'ts', 'fitbit', 'calories', 'minutes.fold') }}
