with samples as (
    select * from {{ source('iot', 'steps') }}
)

select
    samples.device_id,
    {{ instant('samples.ts', 'iot', 'steps') }} as ts,
    samples.ts as source_ts,
    samples.steps,
    null::double precision as distance_m,
    null::double precision as floors_climbed,
    null::double precision as active_energy_kcal,
    null::double precision as total_energy_kcal,
    null::date as local_date,
    samples.load_id
from samples
{{ join_device_zones('samples', 'ts', 'iot', 'steps') }}
