stored.participant_id = %(participant_id)s
