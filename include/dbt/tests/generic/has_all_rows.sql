{#-
    A table that is made row by row of another one (`of`): fails for each day on which it has not as
    many rows as that one has of the loads that the table has taken in. Days (UTC) by `time`, a column
    of both. Days in cold storage are left out, where raw does not have them any more.
-#}
{% test has_all_rows(model, of, time, model_name, raw_table) %}
with made as (
    select
        ({{ time }} at time zone 'UTC')::date as day,
        count(*) as rows_made
    from {{ model }}
    where {{ time }} >= quality.since()
    group by 1
),

given as (
    select
        ({{ time }} at time zone 'UTC')::date as day,
        count(*) as rows_given
    from {{ of }}
    where
        {{ time }} >= quality.since()
        and load_id <@ (
            select loads from {{ ref('load_progress') }} where model_name = '{{ model_name }}'
        )
    group by 1
)

select
    day,
    coalesce(made.rows_made, 0) as rows_made,
    coalesce(given.rows_given, 0) as rows_given
from made
full join given using (day)
where
    made.rows_made is distinct from given.rows_given
    and not exists (
        select
        from archive.parts
        where
            parts.table_name = '{{ raw_table }}'
            and parts.state = 'archived'
            and parts.range_start < day + interval '1 day'
            and parts.range_end > day
    )
{% endtest %}
