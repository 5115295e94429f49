-- How many days the loads of some modes have changed in a run.
select sum(days_touched)::integer
from raw.loads
where run_id = %(run_id)s and mode = any(%(modes)s::text[])
