{#-
    A raw table against the books: fails for a load that has more rows in the table than raw.loads
    says, and for the newest load of a resource (and account) if there are fewer. Rows of an earlier load may
    have been replaced since, and rows may have left raw on purpose (quality.last_removal).

    Only what the loads have touched is read, by the table's key: `subject` and `time` are its
    columns.
-#}
{% test rows_match_loads(model, source, resource, subject, time) %}
with loads as (
    select
        loads.load_id,
        loads.source,
        loads.resource,
        loads.rows_loaded,
        loads.finished_at > (select removed_at from quality.last_removal)
        and not exists (
            select
            from raw.loads as later
            where
                later.source = loads.source
                and later.resource = loads.resource
                and later.account_id is not distinct from loads.account_id
                and later.load_id > loads.load_id
        ) as is_untouched_since
    from raw.loads
    where
        loads.source = '{{ source }}'
        and loads.resource = '{{ resource }}'
        and loads.status = 'done'
        and loads.mode <> 'restore'
        and loads.load_id > quality.after_load()
),

stored as (
    select
        touched.load_id,
        count(*) as rows_stored
    from loads
    inner join raw.touched_days as touched on loads.load_id = touched.load_id
    inner join {{ model }} as stored
        on
            touched.subject_id = stored.{{ subject }}
            and stored.{{ time }} between touched.first_ts and touched.last_ts
            and touched.utc_date = (stored.{{ time }} at time zone 'UTC')::date
            and touched.load_id = stored.load_id
    group by touched.load_id
),

compared as (
    select
        loads.*,
        coalesce(stored.rows_stored, 0) as rows_stored
    from loads
    left join stored on loads.load_id = stored.load_id
)

select *
from compared
where
    rows_stored > rows_loaded
    or (is_untouched_since and rows_stored < rows_loaded)
{% endtest %}
