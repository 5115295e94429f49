{#- Samples of an entity with their participant, local time and zone, for people to look at. -#}
{% macro samples_with_local_time(entity, columns) %}
with recorded as (
    {{ union_entity(entity, dict({'device_id': 'text', 'ts': 'timestamptz'}, **columns)) }}
),

devices as (
    select * from {{ ref('participant_devices') }}
),

zones as (
    select * from {{ ref('participant_time_zones') }}
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
inner join zones
    on
        devices.participant_id = zones.participant_id
        and recorded.ts >= zones.valid_from
        and recorded.ts < zones.valid_to
{% endmacro %}
