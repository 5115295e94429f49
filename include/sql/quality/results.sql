select
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
from quality.results
where run_id = %(run_id)s
order by
    array_position(array['broken', 'fail', 'warn', 'pass'], status),
    array_position(array['raw', 'stage', 'agg'], layer),
    relation,
    check_name
