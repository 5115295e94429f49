-- For each file of the export how many rows it brought, and how many of them were copied.
create temporary table brought (
    file_id integer not null,
    row_count bigint not null,
    copied_count bigint not null
) on commit drop
