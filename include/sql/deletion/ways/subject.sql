stored.subject_id = any(%(subjects)s)
