with measured as (
    {{ union_entity('daily_measurements', {
        'device_id': 'text', 'local_date': 'date', 'metric': 'text', 'value': 'double precision'
    }) }}
),

devices as (
    select * from {{ ref('participant_devices') }}
)

select
    devices.participant_id,
    measured.local_date,
    measured.metric,
    -- Several devices that state the same metric for one day: their mean.
    avg(measured.value order by measured.device_id) as value
from measured
inner join devices on measured.device_id = devices.device_id
group by devices.participant_id, measured.local_date, measured.metric
