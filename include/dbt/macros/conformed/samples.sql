{#- Samples of an entity with their participant, local time and zone, for people to look at. -#}
{% macro samples_with_local_time(entity, columns) %}
with recorded as (
    {{ union_entity(entity) }}
),

devices as (
    select * from {{ ref('participant_devices') }}
)

select
    devices.participant_id,
    recorded.source,
    recorded.device_id,
    recorded.ts,
    recorded.ts at time zone zones.time_zone as local_ts,
    {% for column in columns %}
    recorded.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from recorded
inner join devices on recorded.device_id = devices.device_id
{{ join_zones('devices', 'recorded.ts') }}
{% endmacro %}
