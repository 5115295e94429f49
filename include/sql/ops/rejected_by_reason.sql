-- Why records were refused, the most frequent first: reasons that differ only in their figures are one.
with newest as (
    select source, resource, field, reason, row_kept, rejected_at
    from raw.rejected_records
    order by rejected_id desc
    limit %(records)s
)

select
    source,
    resource,
    field,
    max(reason) as for_example,
    count(*) as records,
    count(*) filter (where row_kept) as rows_kept,
    min(rejected_at) as first_rejected_at,
    max(rejected_at) as last_rejected_at
from newest
group by source, resource, field, regexp_replace(reason, '[0-9][0-9.e+-]*', '#', 'g')
order by count(*) desc, max(rejected_at) desc
limit %(reasons)s
