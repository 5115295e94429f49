-- The newest part number of a chunk that this database knows, whatever became of the part.
select coalesce(max(part_number), 0)
from archive.parts
where table_name = %(table)s and range_start = %(range_start)s
