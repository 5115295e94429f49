with forgotten as (
    delete from accounts.tokens
    where account_id = %(account_id)s
)

update accounts.accounts
set
    state = 'revoked',
    last_error = 'disconnected on request',
    last_error_at = clock_timestamp()
where account_id = %(account_id)s
