-- What is known of the loads that some objects of the lake hold.
select
    lake_object,
    account_id,
    status = 'done'
    and (%(made_since)s::timestamptz is null or replayed_at >= %(made_since)s) as is_finished
from raw.loads
where load_id = any(%(load_ids)s) and lake_object is not null
