{#-
    Some programs write local wall-clock time as if it were UTC. <SOURCE>__LOCAL_TIME_COLLECTIONS
    lists the resources for which that is so; their instants are found with the zone history of
    the participant who owns the device.
-#}
{% macro is_wall_time(source, resource) %}
    {% set listed = env_var(source | upper ~ '__LOCAL_TIME_COLLECTIONS', '').split(',') %}
    {{ return(resource in listed | map('trim') | list) }}
{% endmacro %}

{#- The instant behind `column`: itself, or wall time read in the zone of `device_zones`. -#}
{% macro instant(column, source, resource) -%}
    {%- if is_wall_time(source, resource) -%}
        ({{ column }} at time zone 'UTC') at time zone
            coalesce(device_zones.time_zone, '{{ var('default_time_zone') }}')
    {%- else -%}
        {{ column }}
    {%- endif -%}
{%- endmacro %}

{#- The join that `instant` needs; nothing where the source writes instants. -#}
{% macro join_device_zones(relation, column, source, resource) %}
    {% if is_wall_time(source, resource) %}
    left join {{ ref('device_wall_clocks') }} as device_zones
        on
            {{ relation }}.device_id = device_zones.device_id
            and {{ relation }}.{{ column }} at time zone 'UTC' >= device_zones.wall_from
            and {{ relation }}.{{ column }} at time zone 'UTC' < device_zones.wall_to
    {% endif %}
{% endmacro %}
