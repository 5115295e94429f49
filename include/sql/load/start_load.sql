-- A new load, running.
insert into raw.loads
(source, resource, mode, window_start, window_end, run_id, account_id, first_date, last_date)
values (
    %(source)s,
    %(resource)s,
    %(mode)s,
    %(start)s,
    %(end)s,
    %(run_id)s,
    %(account_id)s,
    %(first_date)s,
    %(last_date)s
)
returning load_id
