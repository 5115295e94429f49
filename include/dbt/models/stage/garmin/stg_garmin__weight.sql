-- The last weighing of a day counts.
select distinct on (account_id, local_date)
    account_id as device_id,
    local_date,
    'body_weight' as metric,
    weight_kg as value,
    load_id
from {{ source('garmin', 'weight') }}
order by account_id, local_date, ts desc, sample_id desc
