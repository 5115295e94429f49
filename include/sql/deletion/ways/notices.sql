%(participant_id)s = any(string_to_array(stored.notice_key, ':'))
