{#-
    Some sources write local wall-clock time as if it were UTC: those that tell no offset
    (`vars.wall_time_resources`), and programs that do it by mistake, named by the setting
    <SOURCE>__LOCAL_TIME_COLLECTIONS. Instants are found with the zone history of the participant
    who owns the device.
-#}
{% macro is_wall_time(source, resource) %}
    {% set listed = env_var(source | upper ~ '__LOCAL_TIME_COLLECTIONS', '').split(',') %}
    {% set always = source ~ '__' ~ resource in var('wall_time_resources') %}
    {{ return(always or resource in listed | map('trim') | list) }}
{% endmacro %}

{#-
    The instant behind `column`: itself, or wall time read in the zone of `zones`.

    Where clocks are set back, a time has two readings. PostgreSQL takes the later one. A source
    that can tell them apart has a column `fold` (0 the first reading, 1 the second): the first is
    the time less the offset that was in force three hours before, if that gives the same time.
-#}
{% macro instant(column, source, resource, fold=none, zones='device_zones') -%}
    {%- set zone = "coalesce(" ~ zones ~ ".time_zone, '" ~ var('default_time_zone') ~ "')" -%}
    {%- set wall = "(" ~ column ~ " at time zone 'UTC')" -%}
    {%- set later = "(" ~ wall ~ " at time zone " ~ zone ~ ")" -%}
    {%- set before = later ~ " - interval '3 hours'" -%}
    {%- set first = "(" ~ before ~ " + (" ~ wall ~ " - ((" ~ before ~ ") at time zone " ~ zone ~ ")))" -%}
    {%- if not is_wall_time(source, resource) -%}
        {{ column }}
    {%- elif fold is none -%}
        {{ later }}
    {%- else -%}
        case
            when {{ fold }} = 0 and {{ first }} at time zone {{ zone }} = {{ wall }}
                then {{ first }}
            else {{ later }}
        end
    {%- endif -%}
{%- endmacro %}

{#- The join that `instant` needs; nothing where the source writes instants. -#}
{% macro join_device_zones(relation, column, source, resource, fold=1, zones='device_zones') %}
    {% if is_wall_time(source, resource) %}
    left join {{ ref('device_wall_clocks') }} as {{ zones }}
        on
            {{ relation }}.device_id = {{ zones }}.device_id
            and {{ zones }}.fold = {{ fold }}
            and {{ relation }}.{{ column }} at time zone 'UTC' >= {{ zones }}.wall_from
            and {{ relation }}.{{ column }} at time zone 'UTC' < {{ zones }}.wall_to
    {% endif %}
{% endmacro %}
