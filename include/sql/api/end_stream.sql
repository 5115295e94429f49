update api.accesses set row_count = %(row_count)s, ended_at = clock_timestamp()
where access_id = %(access_id)s
