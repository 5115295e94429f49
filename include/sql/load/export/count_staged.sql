insert into brought (file_id, row_count)
select
    file_id,
    count(*)
from staged
group by file_id
