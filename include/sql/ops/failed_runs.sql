-- DAGs with runs that failed lately, one row each, with what the last one said.
select
    dag_id,
    count(*) as runs_failed,
    (array_agg(run_id order by failed_at desc))[1] as last_run_id,
    (array_agg(task_id order by failed_at desc))[1] as last_task_id,
    (array_agg(reason order by failed_at desc))[1] as last_reason,
    max(failed_at) as last_failed_at
from ops.failed_runs
where failed_at > clock_timestamp() - make_interval(hours => %(hours)s)
group by dag_id
order by max(failed_at) desc
