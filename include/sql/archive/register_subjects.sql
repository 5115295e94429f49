insert into archive.part_subjects (part_id, subject_id, row_count, digest)
select
    parts.part_id,
    held.subject_id,
    held.row_count,
    held.digest
from archive.parts
cross join jsonb_to_recordset($1::text::jsonb)
    as held (subject_id text, row_count bigint, digest bigint)
where parts.manifest_key = '{manifest_key}' and parts.state = 'archived'
on conflict do nothing
