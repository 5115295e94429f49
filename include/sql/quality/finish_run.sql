update quality.runs
set
    finished_at = clock_timestamp(),
    passed = %(passed)s,
    warned = %(warned)s,
    failed = %(failed)s,
    broken = %(broken)s
where run_id = %(run_id)s
