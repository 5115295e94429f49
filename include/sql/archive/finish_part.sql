-- The part counts from the end of this transaction on, which also drops the chunk.
update archive.parts
set
    state = 'archived',
    archived_at = clock_timestamp(),
    row_count = {rows},
    first_ts = timestamptz '{first_ts}',
    last_ts = timestamptz '{last_ts}',
    size_bytes = {size_bytes},
    sha256 = '{sha256}'
where part_id = {part_id}
