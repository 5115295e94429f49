-- The last weighing of a day counts.
select distinct on (account_id, local_date)
    account_id as device_id,
    local_date,
    'body_weight' as metric,
    weight_g / 1000.0 as value,
    load_id
from {{ source('google_health', 'weight') }}
order by account_id, local_date, ts desc
