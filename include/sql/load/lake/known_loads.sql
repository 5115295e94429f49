-- Loads of an account that stored something or found nothing new; what failed before is no load.
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
    )
order by load_id
