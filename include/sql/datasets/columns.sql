-- Columns of a table or view, as the database describes them.
select
    columns.attname::text as name,
    format_type(columns.atttypid, columns.atttypmod) as type,
    coalesce(col_description(columns.attrelid, columns.attnum), '') as description
from pg_attribute as columns
where
    columns.attrelid = to_regclass({relation})
    and columns.attnum > 0
    and not columns.attisdropped
order by columns.attnum
