insert into {schema}.{table} ({columns})
select {values}
from staged as incoming
where not exists (
    select from {schema}.{table} as stored
    where {same_key} and stored.{time} between timestamptz '{first}' and timestamptz '{last}'
)
