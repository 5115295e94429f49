-- Who looked for them by their id in a list did not ask for anybody else's.
stored.participant_id = %(participant_id)s
or accounts.names(stored.query, %(participant_id)s)
