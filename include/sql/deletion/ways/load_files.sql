stored.load_id in (select loads.load_id from raw.loads where loads.account_id = any(%(accounts)s))
