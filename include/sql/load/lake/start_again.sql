-- A load that is made again from what was delivered for it, under its own number.
insert into raw.loads as known
(
    load_id, source, resource, mode, run_id,
    account_id, first_date, last_date, rows_rejected, started_at, lake_object, replayed_at
)
overriding system value
values (
    %(load_id)s,
    %(source)s,
    %(resource)s,
    %(mode)s,
    %(run_id)s,
    %(account_id)s,
    %(first_date)s,
    %(last_date)s,
    %(rows_rejected)s,
    %(started_at)s,
    %(lake_object)s,
    clock_timestamp()
)
on conflict (load_id) do update
set
    status = 'running',
    finished_at = null,
    error = null,
    rows_deleted = 0,
    rows_rejected = excluded.rows_rejected,
    rows_withheld = 0,
    lake_object = excluded.lake_object,
    replayed_at = excluded.replayed_at
where known.account_id = excluded.account_id and known.resource = excluded.resource
