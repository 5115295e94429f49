-- Of two values for one key the winner is the one that loading would have chosen.
update {schema}.{table} as stored
set {assignments}
from staged as incoming
where
    {same_key}
    and stored.{time} between timestamptz '{first}' and timestamptz '{last}'
    and ({incoming_rank}) > ({stored_rank})
