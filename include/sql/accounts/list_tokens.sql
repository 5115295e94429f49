select
    account_id,
    access_token,
    refresh_token
from accounts.tokens
order by account_id
for update
