-- What the archive holds of a range of time already. A row that is in two parts makes the XOR wrong:
-- then the chunk is taken for changed, which is safe.
select
    parts.part_id,
    parts.manifest_key,
    subjects.subject_id,
    subjects.row_count,
    subjects.digest,
    -- Whether a new part of the range would hold all of it.
    subjects.is_in_raw
    and parts.range_start >= timestamptz '{range_start}'
    and parts.range_end <= timestamptz '{range_end}' as is_repeated
from archive.parts as parts
inner join archive.part_subjects as subjects on parts.part_id = subjects.part_id
where
    parts.table_name = '{table}'
    and parts.state = 'archived'
    and parts.range_start < timestamptz '{range_end}'
    and parts.range_end > timestamptz '{range_start}'
