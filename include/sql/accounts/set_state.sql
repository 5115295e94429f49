update accounts.accounts
set
    state = %(state)s,
    last_error = %(error)s,
    last_error_at = clock_timestamp()
where account_id = %(account_id)s
