-- What a chunk holds of whom, in the snapshot of the transaction.
select
    {subject} as subject_id,
    count(*) as row_count,
    min({time}) as first_ts,
    max({time}) as last_ts,
    bit_xor(hash_record_extended(row({compared}), 0)) as digest,
    max(load_id)::bigint as last_load_id
from raw.{table}
where {time} >= timestamptz '{range_start}' and {time} < timestamptz '{range_end}'
group by {subject}
