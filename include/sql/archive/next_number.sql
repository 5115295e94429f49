-- The first free part number of a chunk, as far as this database knows.
select coalesce(
    max(part_number) filter (where state = 'uploading'),
    max(part_number) + 1,
    1
)
from archive.parts
where table_name = %(table)s and range_start = %(range_start)s
