-- Accounts with what the clock says about their consent, of one provider or all.
select
    account_id,
    provider,
    participant_id,
    provider_user_id,
    accounts.state_now(state, consent_expires_at) as state,
    scopes,
    consent_expires_at,
    connected_at,
    last_success_at,
    last_error,
    last_error_at,
    is_synthetic,
    not exists (
        select from accounts.tokens
        where tokens.account_id = accounts.account_id
    ) as is_disconnected
from accounts.accounts
where
    provider = coalesce(%(provider)s::text, provider)
    and account_id = coalesce(%(account_id)s::text, account_id)
order by provider, participant_id
