-- What had been restored of a range of time is gone from raw again.
update archive.part_subjects as subjects
set is_in_raw = false
from archive.parts
where
    parts.part_id = subjects.part_id
    and subjects.is_in_raw
    and parts.table_name = '{table}'
    and parts.range_start < timestamptz '{range_end}'
    and parts.range_end > timestamptz '{range_start}'
