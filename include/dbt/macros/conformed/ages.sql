{#- Completed years from one date to another; negative when the order is reversed. -#}
{% macro completed_years(from_date, to_date) -%}
    (
        extract(year from {{ to_date }}) - extract(year from {{ from_date }})
        - (
            (extract(month from {{ to_date }}), extract(day from {{ to_date }}))
            < (extract(month from {{ from_date }}), extract(day from {{ from_date }}))
        )::integer
    )::integer
{%- endmacro %}

{#- The date some years after another; 29 February becomes 1 March where there is none. -#}
{% macro anniversary(of_date, years) -%}
    (
        ({{ of_date }} + make_interval(years => {{ years }}))::date
        + (
            extract(day from {{ of_date }} + make_interval(years => {{ years }}))
            <> extract(day from {{ of_date }})
        )::integer
    )
{%- endmacro %}
