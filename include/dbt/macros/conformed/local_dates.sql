{#- The local day as the source states it, else by the zone in force; needs `join_zones`. -#}
{% macro local_date_of(stated_date, instant) -%}
    coalesce({{ stated_date }}, ({{ instant }} at time zone zones.time_zone)::date)
{%- endmacro %}

{#- Whether a period, a row with `valid_from` and `valid_to` (exclusive), holds an instant. -#}
{% macro in_force(period, instant) -%}
    {{ instant }} >= {{ period }}.valid_from
    and {{ instant }} < {{ period }}.valid_to
{%- endmacro %}

{#- The zone in force at an instant, for rows of a relation with a participant. -#}
{% macro join_zones(relation, instant) -%}
inner join {{ ref('participant_time_zones') }} as zones
    on
        {{ relation }}.participant_id = zones.participant_id
        and {{ in_force('zones', instant) }}
{%- endmacro %}
