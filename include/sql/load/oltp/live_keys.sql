-- Members whose newest version is not a deletion.
select {key}
from (
    select distinct on ({key})
        {key},
        is_deleted
    from raw.{table}
    order by {key}, load_id desc
) as newest
where not is_deleted
