select *
from api.rejected_records
where
    (%(source)s::text is null or source = %(source)s)
    and (%(resource)s::text is null or resource = %(resource)s)
    and (%(load_id)s::bigint is null or load_id = %(load_id)s)
    and (%(since)s::timestamptz is null or rejected_at >= %(since)s)
    and (%(before)s::bigint is null or rejected_id < %(before)s)
order by rejected_id desc
limit %(limit)s
