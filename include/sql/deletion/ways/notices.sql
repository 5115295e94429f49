%(participant_id)s = any(string_to_array(stored.notice_key, ':'))
or accounts.names(stored.subject, %(participant_id)s)
