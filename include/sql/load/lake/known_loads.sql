-- Loads of an account that stored something or found nothing new. One that failed before is no load,
-- unless it is to be made again: the layers downstream may have seen its number.
select
    load_id,
    resource,
    lake_object,
    documents_read
from raw.loads
where
    account_id = %(account_id)s
    and (
        status = 'done'
        or exists (select from raw.load_files as f where f.load_id = loads.load_id)
        or load_id = any(%(wanted)s)
    )
order by load_id
