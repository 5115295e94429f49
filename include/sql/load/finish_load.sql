-- What a load did, from what its files recorded and what its reading counted.
update raw.loads
set
    status = 'done',
    finished_at = clock_timestamp(),
    documents_read = %(documents_read)s,
    documents_unchanged = %(documents_unchanged)s,
    -- What is withheld was neither read nor lost: it belongs to people who were deleted for good.
    rows_read = %(rows_read)s - loads.rows_withheld - %(rows_withheld)s,
    rows_withheld = loads.rows_withheld + %(rows_withheld)s,
    rows_rejected = %(rows_rejected)s,
    rows_loaded = files.rows_loaded,
    rows_superseded = %(rows_superseded)s + files.rows_superseded,
    days_touched = (select count(*) from raw.touched_days as t where t.load_id = %(load_id)s)
from (
    select
        coalesce(sum(f.rows_loaded), 0) as rows_loaded,
        coalesce(sum(f.rows_superseded), 0) as rows_superseded
    from raw.load_files as f
    where f.load_id = %(load_id)s
) as files
where loads.load_id = %(load_id)s and loads.status = 'running'
returning
    loads.rows_loaded,
    loads.rows_superseded,
    loads.days_touched,
    loads.rows_withheld
