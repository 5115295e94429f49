insert into quality.results (
    run_id,
    check_name,
    layer,
    relation,
    column_name,
    severity,
    status,
    failures,
    rows_table,
    message,
    seconds
)
values (
    %(run_id)s,
    %(check_name)s,
    %(layer)s,
    %(relation)s,
    %(column_name)s,
    %(severity)s,
    %(status)s,
    %(failures)s,
    %(rows_table)s,
    %(message)s,
    %(seconds)s
)
