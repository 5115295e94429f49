update accounts.accounts
set
    last_success_at = clock_timestamp(),
    last_error = null,
    last_error_at = null
where account_id = %(account_id)s
