{#- SQL: the age group of an age in completed years, as text that sorts by age. -#}
{% macro age_band(age_years) -%}
    case
        when {{ age_years }} is null then 'unknown'
        when {{ age_years }} < 18 then '0 to 17'
        when {{ age_years }} < 30 then '18 to 29'
        when {{ age_years }} < 80
            then ({{ age_years }} / 10 * 10)::text || ' to ' || ({{ age_years }} / 10 * 10 + 9)::text
        else '80 and over'
    end
{%- endmacro %}
