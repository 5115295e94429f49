insert into api.tokens (token_name, token_hash, scope, participant_id, study, expires_at)
values (
    %(token_name)s, %(token_hash)s, %(scope)s, %(participant_id)s, %(study)s, %(expires_at)s
)
returning token_id
