stored.subject_id = any(%(subjects)s)
or (
    stored.subject_id = %(participant_id)s
    and stored.source = 'iot'
    and stored.resource = 'users'
)
