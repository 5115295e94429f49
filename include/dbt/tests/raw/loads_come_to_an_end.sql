-- A load that is under way for a day has died, and nobody has noticed.
select
    load_id,
    source,
    resource,
    run_id,
    started_at
from {{ source('loads', 'loads') }}
where status = 'running' and started_at < now() - interval '1 day'
