-- Rows of the part that are not in the table under their key.
select count(*) as row_count
from staged as incoming
where not exists (
    select from {schema}.{table} as stored
    where {same_key} and stored.{time} between timestamptz '{first}' and timestamptz '{last}'
)
