{% set sources = branches('activities') %}

with devices as (
    select * from {{ ref('participant_devices') }}
),

ranges as (
    select
        participant_id,
        start_ts,
        end_ts
    from {{ ref('rebuild_ranges') }}
    where model_name = 'activities'
),

{% for source in sources %}
{{ source }}_ranges as (
    {{ with_devices_of(source, 'ranges') }}
),

{{ source }}_activities as (
    {{ union_entity('activities', source) }}
),
{% endfor %}

recorded as (
{% for source in sources %}
    select
        ranges.participant_id,
        activities.*
    from {{ source }}_ranges as ranges
    cross join
        lateral (
            select * from {{ source }}_activities as recorded
            where
                recorded.device_id = any(ranges.device_ids)
                and recorded.start_ts >= ranges.start_ts
                and recorded.start_ts < ranges.end_ts
            -- Keeps the planner from reading the whole table once per range.
            offset 0
        ) as activities
    {{ 'union all' if not loop.last }}
{% endfor %}
)

select
    recorded.participant_id,
    recorded.source,
    recorded.activity_id,
    recorded.device_id,
    recorded.activity_type,
    recorded.start_ts,
    recorded.end_ts,
    {{ local_date_of('recorded.local_date', 'recorded.start_ts') }} as local_date,
    extract(epoch from recorded.end_ts - recorded.start_ts)::double precision / 60 as minutes
from recorded
{{ join_zones('recorded', 'recorded.start_ts') }}
