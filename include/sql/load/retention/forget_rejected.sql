delete from raw.rejected_records
where
    source = %(source)s
    and starts_with(record_id, %(account_id)s || '/')
    and rejected_at < %(first_kept)s::timestamptz
