select *
from api.loads
where
    (%(source)s::text is null or source = %(source)s)
    and (%(resource)s::text is null or resource = %(resource)s)
    and (%(status)s::text is null or status = %(status)s)
    and (%(since)s::timestamptz is null or started_at >= %(since)s)
    and (%(before)s::bigint is null or load_id < %(before)s)
order by load_id desc
limit %(limit)s
