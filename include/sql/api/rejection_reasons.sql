select
    source,
    resource,
    field,
    reason,
    count(*) as records,
    min(rejected_at) as first_rejected_at,
    max(rejected_at) as last_rejected_at
from api.rejected_records
where
    rejected_at >= %(since)s
    and (%(source)s::text is null or source = %(source)s)
    and (%(resource)s::text is null or resource = %(resource)s)
group by source, resource, field, reason
order by records desc, source, resource, field, reason
limit %(limit)s
