-- A new load, running. Of an account it is known beforehand how many of its records are refused.
insert into raw.loads
(
    source, resource, mode, window_start, window_end, run_id,
    account_id, first_date, last_date, rows_rejected
)
values (
    %(source)s,
    %(resource)s,
    %(mode)s,
    %(start)s,
    %(end)s,
    %(run_id)s,
    %(account_id)s,
    %(first_date)s,
    %(last_date)s,
    %(rows_rejected)s
)
returning load_id
