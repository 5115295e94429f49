stored.user_id = %(participant_id)s
