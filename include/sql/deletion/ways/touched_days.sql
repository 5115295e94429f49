stored.subject_id = any(%(subjects)s)
or (
    stored.subject_id = %(participant_id)s
    and (
        (stored.source in ('iot', 'oltp') and stored.resource = 'users')
        or stored.source = 'stream'
    )
)
