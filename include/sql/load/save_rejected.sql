-- A record that is read and refused again is kept once.
insert into raw.rejected_records
(source, resource, record_id, field, reason, payload, row_kept, load_id, record_hash)
select
    %(source)s,
    %(resource)s,
    record_id,
    field,
    reason,
    payload::jsonb,
    row_kept,
    %(load_id)s,
    sha256(convert_to(concat_ws(chr(31), record_id, field, reason, payload), 'UTF8'))
from rejected_now
on conflict (source, resource, record_hash) do nothing
