{% set sources = branches('daily_measurements') %}

with devices as (
    select * from {{ ref('participant_devices') }}
),

days as (
    select
        participant_id,
        first_date,
        last_date
    from {{ ref('rebuild_days') }}
    where model_name = 'daily_measurements'
),

{% for source in sources %}
{{ source }}_days as (
    {{ with_devices_of(source, 'days') }}
),

{{ source }}_measurements as (
    {{ union_entity('daily_measurements', source) }}
),
{% endfor %}

measured as (
{% for source in sources %}
    select
        days.participant_id,
        measurements.*
    from {{ source }}_days as days
    cross join
        lateral (
            select * from {{ source }}_measurements as stated
            where
                stated.device_id = any(days.device_ids)
                and stated.local_date between days.first_date and days.last_date
            -- Keeps the planner from reading the whole table once per range.
            offset 0
        ) as measurements
    {{ 'union all' if not loop.last }}
{% endfor %}
)

select
    participant_id,
    local_date,
    source,
    metric,
    -- Several devices that state the same metric for one day: their mean.
    avg(value order by device_id) as value
from measured
where value is not null
group by participant_id, local_date, source, metric
