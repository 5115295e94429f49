-- Every table with failing rows and what its comment has to say, or NULL for one that can go: its check
-- passes, or found them long ago and is not carried out any more.
with newest as (
    select distinct on (results.check_name)
        results.check_name,
        results.relation,
        results.status,
        results.rows_table,
        runs.started_at
    from quality.results
    inner join quality.runs on results.run_id = runs.run_id
    order by results.check_name, runs.started_at desc
)

select
    tables.tablename::text as table_name,
    case
        when newest.check_name is not null
            then
                format(
                    'Rows of %%s that the check %%s found on %%s UTC; at most 1,000.',
                    newest.relation,
                    newest.check_name,
                    to_char(newest.started_at, 'YYYY-MM-DD HH24:MI')
                )
    end as table_comment
from pg_tables as tables
left join newest
    on
        newest.rows_table = 'quality.' || tables.tablename
        and newest.status in ('warn', 'fail')
        and newest.started_at > clock_timestamp() - make_interval(days => %(days)s)
where tables.schemaname = 'quality' and tables.tablename not in ('runs', 'results')
