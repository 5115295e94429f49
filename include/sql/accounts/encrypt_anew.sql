update accounts.tokens
set
    access_token = %(access_token)s,
    refresh_token = %(refresh_token)s
where account_id = %(account_id)s
