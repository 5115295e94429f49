-- Loads whose rows are deleted to be made again: until that is done the warehouse does not have them.
with reopened as (
    update raw.loads
    set
        status = 'interrupted',
        replayed_at = clock_timestamp(),
        error = 'its rows are made again from the lake; the next rebuild completes it'
    where
        account_id = %(account_id)s
        and resource = %(resource)s
        and load_id >= %(first)s
        and lake_object is not null
    returning load_id
)

delete from raw.load_files
where load_id in (select load_id from reopened)
