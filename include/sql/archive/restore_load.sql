-- Written in the transaction of its rows, and so never seen running.
insert into raw.loads (
    source, resource, mode, status, run_id, documents_read, window_start, window_end, finished_at
)
values (
    '{source}',
    '{resource}',
    'restore',
    'done',
    nullif('{run_id}', ''),
    1,
    timestamptz '{first}',
    timestamptz '{last}',
    clock_timestamp()
)
