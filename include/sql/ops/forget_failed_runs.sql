delete from ops.failed_runs
where failed_at < clock_timestamp() - interval '90 days'
