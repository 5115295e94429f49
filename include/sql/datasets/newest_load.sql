select
    (select max(version) from public.schema_migrations) as schema_version,
    newest.load_id,
    to_json(newest.finished_at) #>> '{{}}' as finished_at
from (
    select
        load_id,
        finished_at
    from raw.loads
    where status = 'done'
    order by load_id desc
    limit 1
) as newest
right join (values (1)) as always (one) on true
