select
    tokens.access_token,
    tokens.refresh_token,
    tokens.access_expires_at,
    tokens.refreshed_at,
    accounts.state,
    accounts.consent_expires_at,
    accounts.is_synthetic
from accounts.tokens
inner join accounts.accounts using (account_id)
where tokens.account_id = %(account_id)s
