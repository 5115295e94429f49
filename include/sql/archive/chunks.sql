-- Chunks of a table that end before an instant, the oldest first.
select
    format('%%I.%%I', chunk_schema, chunk_name) as chunk,
    range_start,
    range_end
from timescaledb_information.chunks
where
    hypertable_schema = 'raw'
    and hypertable_name = %(table)s
    and range_end <= %(end)s
order by range_start
