-- All days that an account's loads of a resource have read from one load on.
select
    min(first_date),
    max(last_date)
from raw.loads
where account_id = %(account_id)s and resource = %(resource)s and load_id >= %(first)s
