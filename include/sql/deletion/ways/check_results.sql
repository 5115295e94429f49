accounts.names(stored.message, %(participant_id)s)
