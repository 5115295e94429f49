select
    run_id,
    started_at,
    finished_at,
    checked_since::text as checked_since,
    after_load,
    last_load,
    passed,
    warned,
    failed,
    broken
from quality.runs
where finished_at is not null and (%(run_id)s::text is null or run_id = %(run_id)s)
order by started_at desc
limit 1
