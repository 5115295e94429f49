-- Loads whose process died: nobody else is loading this source (or account) now, so whatever still says
-- "running" is not. What they had written stays and is consumed downstream.
update raw.loads
set
    status = 'interrupted',
    finished_at = clock_timestamp(),
    error = 'the process ended before the load did; the next run completes it',
    rows_loaded = coalesce(
        (select sum(f.rows_loaded) from raw.load_files as f where f.load_id = loads.load_id), 0
    ),
    days_touched = (select count(*) from raw.touched_days as t where t.load_id = loads.load_id)
where
    source = %(source)s
    and account_id is not distinct from %(account_id)s
    and status = 'running'
returning load_id
