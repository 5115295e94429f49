-- Other participants whose account at the provider is this user's, and this account's other user.
select
    participant_id,
    provider_user_id
from accounts.accounts
where
    provider = %(provider)s
    and (
        (account_id <> %(account_id)s and provider_user_id = %(provider_user_id)s)
        or (account_id = %(account_id)s and provider_user_id <> %(provider_user_id)s)
    )
