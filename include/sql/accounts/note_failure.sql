-- A refused token stops all calls; what the account's state already says more exactly stays.
update accounts.accounts
set
    state = case
        when %(needs_consent)s and state in ('active', 'expiring') then 'needs_consent'
        else state
    end,
    last_error = %(error)s,
    last_error_at = clock_timestamp()
where account_id = %(account_id)s
