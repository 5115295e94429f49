update archive.part_subjects as subjects
set is_in_raw = true
from archive.parts
where
    parts.part_id = subjects.part_id
    and parts.manifest_key = '{manifest_key}'
    and subjects.subject_id = any(array(select jsonb_array_elements_text('{subjects}'::jsonb)))
