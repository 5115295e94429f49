-- Tokens of a refresh; a refresh token that the provider did not replace stays.
with renewed as (
    update accounts.tokens
    set
        access_token = %(access_token)s,
        refresh_token = coalesce(%(refresh_token)s, refresh_token),
        access_expires_at = %(access_expires_at)s,
        refreshed_at = clock_timestamp(),
        refreshes = refreshes + 1
    where account_id = %(account_id)s
    returning account_id
)

update accounts.accounts
set
    state = 'active',
    consent_expires_at = coalesce(%(consent_expires_at)s, consent_expires_at)
where account_id in (select renewed.account_id from renewed)
