%(participant_id)s = any(
    regexp_split_to_array(stored.task_id || ' ' || stored.reason, '[^A-Za-z0-9_.-]+')
)
