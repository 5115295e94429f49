-- A new load, running.
insert into raw.loads (source, resource, mode, window_start, window_end, run_id)
values (%(source)s, %(resource)s, %(mode)s, %(start)s, %(end)s, %(run_id)s)
returning load_id
