update raw.export_files
set
    status = %(status)s,
    reason = %(reason)s,
    sha256 = %(sha256)s,
    rows_read = %(rows_read)s,
    rows_rejected = %(rows_rejected)s,
    rows_without_value = %(rows_without_value)s,
    last_seen_at = clock_timestamp()
where file_id = %(file_id)s
