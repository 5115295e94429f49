-- Objects of loads that ended before any of their rows was committed: what they hold is in no table.
select
    load_id,
    lake_object
from raw.loads
where
    account_id = %(account_id)s
    and lake_object is not null
    -- A rebuild that died is no reason to delete what it is to be repeated from.
    and replayed_at is null
    and status in ('failed', 'interrupted')
    and not exists (select from raw.load_files as f where f.load_id = loads.load_id)
