-- A task failed for good: one row for its run, however many tasks fail.
insert into ops.failed_runs (dag_id, run_id, task_id, reason)
values (%(dag_id)s, %(run_id)s, %(task_id)s, %(reason)s)
on conflict (dag_id, run_id) do update
set
    task_id = excluded.task_id,
    reason = excluded.reason,
    tasks_failed = failed_runs.tasks_failed + 1,
    failed_at = clock_timestamp()
