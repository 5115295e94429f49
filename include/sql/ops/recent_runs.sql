-- The newest runs that loaded something, and what became of every row they read.
select
    source,
    run_id,
    min(started_at) as started_at,
    case when bool_and(status <> 'running') then max(finished_at) end as finished_at,
    count(*) as loads,
    count(distinct account_id) as accounts,
    count(*) filter (where status in ('failed', 'interrupted')) as loads_failed,
    count(*) filter (where status = 'skipped') as loads_skipped,
    count(*) filter (where status = 'running') as loads_running,
    sum(rows_read)::bigint as rows_read,
    sum(rows_loaded)::bigint as rows_loaded,
    sum(rows_superseded)::bigint as rows_superseded,
    sum(rows_rejected)::bigint as rows_rejected,
    max(error) filter (where status = 'failed') as error
from raw.loads
where started_at > clock_timestamp() - make_interval(days => %(days)s)
group by source, run_id
order by min(started_at) desc
limit %(runs)s
