-- Consent was given: a new account, or a known one begins anew.
insert into accounts.accounts (
    account_id, provider, participant_id, provider_user_id, scopes, consent_expires_at, is_synthetic
)
values (
    %(account_id)s,
    %(provider)s,
    %(participant_id)s,
    %(provider_user_id)s,
    %(scopes)s,
    %(consent_expires_at)s,
    %(is_synthetic)s
)
on conflict (account_id) do update
    set
        provider_user_id = coalesce(
            excluded.provider_user_id, accounts.provider_user_id
        ),
        state = 'active',
        scopes = excluded.scopes,
        consent_expires_at = excluded.consent_expires_at,
        is_synthetic = excluded.is_synthetic,
        connected_at = clock_timestamp(),
        last_error = null,
        last_error_at = null
