select
    source,
    count(*) as loads,
    count(*) filter (where status in ('failed', 'interrupted')) as loads_failed,
    sum(rows_read)::bigint as rows_read,
    sum(rows_loaded)::bigint as rows_loaded,
    sum(rows_superseded)::bigint as rows_superseded,
    sum(rows_rejected)::bigint as rows_rejected,
    coalesce(
        sum(rows_read - rows_loaded - rows_superseded - rows_rejected)
        filter (where status = 'done'),
        0
    )::bigint as difference
from raw.loads
where load_id > %(after_load)s and load_id <= %(last_load)s
group by source
order by source
