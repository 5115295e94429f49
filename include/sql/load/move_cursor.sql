insert into raw.cursors (source, resource, position, load_id)
values (%(source)s, %(resource)s, %(position)s, %(load_id)s)
on conflict (source, resource) do update
set position = excluded.position, load_id = excluded.load_id, updated_at = clock_timestamp()
