-- What became of a file's rows.
insert into raw.load_files (load_id, file_name, rows_loaded, rows_superseded)
select
    {load_id},
    '{file_name}',
    coalesce(sum(row_count), 0),
    {rows} - coalesce(sum(row_count), 0)
from touched
