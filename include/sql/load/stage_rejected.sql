create temporary table rejected_now (
    record_id text, field text, reason text, payload text, row_kept boolean
) on commit drop
