with samples as (
    select * from {{ source('iot', 'heart_rates') }}
)

select
    samples.device_id,
    {{ instant('samples.ts', 'iot', 'heart_rates') }} as ts,
    samples.ts as source_ts,
    samples.bpm,
    samples.confidence,
    null::date as local_date,
    samples.load_id
from samples
{{ join_device_zones('samples', 'ts', 'iot', 'heart_rates') }}
