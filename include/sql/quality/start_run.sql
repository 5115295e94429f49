insert into quality.runs (run_id, checked_since, after_load, last_load)
values (%(run_id)s, %(checked_since)s, %(after_load)s, %(last_load)s)
on conflict (run_id) do update
set
    started_at = clock_timestamp(),
    finished_at = null,
    checked_since = excluded.checked_since,
    after_load = excluded.after_load,
    last_load = excluded.last_load
