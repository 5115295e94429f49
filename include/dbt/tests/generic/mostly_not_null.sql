{#- Fails for the rows in which the column is NULL, if they are more than `at_most_pct` of all. -#}
{% test mostly_not_null(model, column_name, at_most_pct) %}
with counted as (
    select
        *,
        100.0 * count(*) filter (where {{ column_name }} is null) over () / count(*) over ()
            as null_pct
    from {{ model }}
)

select *
from counted
where {{ column_name }} is null and null_pct > {{ at_most_pct }}
{% endtest %}
