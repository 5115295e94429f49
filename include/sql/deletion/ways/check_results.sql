%(participant_id)s = any(regexp_split_to_array(stored.message, '[^A-Za-z0-9_.-]+'))
