-- What a table holds of some subjects between two instants, both included.
select
    {subject} as subject_id,
    count(*) as row_count,
    bit_xor(hash_record_extended(row({compared}), 0)) as digest
from {schema}.{table}
where
    {time} between timestamptz '{first}' and timestamptz '{last}'
    and {subject} = any(array(select jsonb_array_elements_text('{subjects}'::jsonb)))
group by {subject}
