-- Which file of the export brought how many rows, and how many of them are stored.
with counted as (
    select
        brought.file_id,
        brought.row_count,
        brought.copied_count + coalesce(kept.row_count, 0) as stored_count
    from brought
    left join (
        select
            file_id,
            count(*) as row_count
        from written
        group by file_id
    ) as kept using (file_id)
)

insert into raw.export_file_loads (file_id, load_id, table_name, rows_loaded, rows_superseded)
select
    file_id,
    {load_id},
    '{table}',
    stored_count,
    row_count - stored_count
from counted
