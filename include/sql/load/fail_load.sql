-- A load that ended with an error, or was skipped because of one. What it had written stays and is consumed downstream.
update raw.loads
set
    status = %(status)s,
    finished_at = clock_timestamp(),
    error = %(error)s,
    cause = %(cause)s,
    rows_loaded = coalesce(
        (select sum(f.rows_loaded) from raw.load_files as f where f.load_id = loads.load_id), 0
    ),
    days_touched = (select count(*) from raw.touched_days as t where t.load_id = loads.load_id)
where load_id = any(%(load_ids)s) and status = 'running'
