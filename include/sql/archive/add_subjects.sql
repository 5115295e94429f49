insert into archive.part_subjects (part_id, subject_id, row_count, digest)
select
    {part_id},
    held.subject_id,
    held.row_count,
    held.digest
from jsonb_to_recordset($1::text::jsonb) as held (subject_id text, row_count bigint, digest bigint)
