insert into raw.loads (source, resource, mode, status, rows_read, rows_loaded, finished_at)
values (%(source)s, %(resource)s, 'full', 'done', %(rows)s, %(rows)s, clock_timestamp())
returning load_id
