delete from quality.results where run_id = %(run_id)s
