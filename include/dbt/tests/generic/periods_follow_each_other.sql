{#-
    For versions of a slowly changing dimension: no period is empty or overlaps the next one, and one
    ends where the next begins unless the member was deleted in between.
-#}
{% test periods_follow_each_other(model, member) %}
with periods as (
    select
        {{ member }},
        valid_from,
        valid_to,
        is_current,
        is_deleted,
        lead(valid_from) over (partition by {{ member }} order by valid_from) as next_valid_from
    from {{ model }}
)

select *
from periods
where
    valid_from >= valid_to
    or next_valid_from < valid_to
    or (next_valid_from > valid_to and not is_deleted)
    or (next_valid_from is null and valid_to < 'infinity' and not is_deleted)
    or (is_current and valid_to < 'infinity')
{% endtest %}
