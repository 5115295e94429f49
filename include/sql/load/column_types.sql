-- Columns of a table with their types, for casts.
select attname, format_type(atttypid, atttypmod)
from pg_attribute
where attrelid = 'raw.{table}'::regclass and attnum > 0 and not attisdropped
order by attnum
