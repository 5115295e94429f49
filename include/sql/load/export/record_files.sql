-- Which file of the export brought how many rows, and how many of them are stored.
insert into raw.export_file_loads (file_id, load_id, table_name, rows_loaded, rows_superseded)
select
    brought.file_id,
    {load_id},
    '{table}',
    {loaded},
    brought.row_count - {loaded}
from brought
left join (
    select
        file_id,
        count(*) as row_count
    from written
    group by file_id
) as kept using (file_id)
