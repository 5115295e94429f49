stored.account_id = any(%(accounts)s)
