-- The rows of a chunk by subject and time.
select {exported}
from raw.{table}
where {time} >= timestamptz '{range_start}' and {time} < timestamptz '{range_end}'
order by {order}
