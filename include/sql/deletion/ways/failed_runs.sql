accounts.names(stored.task_id || ' ' || stored.reason, %(participant_id)s)
