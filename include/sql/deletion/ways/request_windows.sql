stored.subject = any(%(accounts)s)
