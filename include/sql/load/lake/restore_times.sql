update raw.{table} as stored
set seen_at = loads.started_at
from raw.loads
where
    stored.load_id = loads.load_id
    and stored.account_id = %(account_id)s
    and stored.load_id = any(%(load_ids)s)
