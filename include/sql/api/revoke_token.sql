update api.tokens set revoked_at = clock_timestamp()
where token_id = %(token_id)s and revoked_at is null
