{#- Total length of a multirange of instants, in minutes. -#}
{% macro minutes_of(multirange) -%}
    coalesce((
        select sum(extract(epoch from upper(part) - lower(part)))
        from unnest({{ multirange }}) as part
    ), 0)::double precision / 60
{%- endmacro %}
