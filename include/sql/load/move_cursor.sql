insert into raw.cursors (source, resource, account_id, position, load_id)
values (%(source)s, %(resource)s, %(account_id)s, %(position)s, %(load_id)s)
on conflict (source, resource, account_id) do update
set position = excluded.position, load_id = excluded.load_id, updated_at = clock_timestamp()
