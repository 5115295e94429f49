with samples as (
    select
        account_id as device_id,
        *
    from {{ source('fitbit', 'heart_rate') }}
)

select
    samples.device_id,
    {{ instant('samples.ts', 'fitbit', 'heart_rate', 'samples.fold') }} as ts,
    samples.ts as source_ts,
    samples.fold,
    samples.bpm::real as bpm,
    null::real as confidence,
    samples.local_date,
    samples.load_id
from samples
{{ join_device_zones('samples', 'ts', 'fitbit', 'heart_rate', 'samples.fold') }}
