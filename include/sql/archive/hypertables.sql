-- Hypertables of raw with what the archive has to know of them. What came through the stream lies in
-- the lake for good, from which it can be loaded again.
select
    hypertables.hypertable_name as name,
    dimensions.column_name as time_column,
    (
        select array_agg(columns.attname::text order by parts.position)
        from pg_constraint as keys
        cross join unnest(keys.conkey) with ordinality as parts (attnum, position)
        inner join pg_attribute as columns
            on keys.conrelid = columns.attrelid and parts.attnum = columns.attnum
        where keys.conrelid = tables.id and keys.contype = 'p'
    ) as key,
    (
        select
            array_agg(
                array[attname::text, format_type(atttypid, atttypmod)]
                order by attnum
            )
        from pg_attribute
        where attrelid = tables.id and attnum > 0 and not attisdropped
    ) as columns
from timescaledb_information.hypertables
inner join timescaledb_information.dimensions
    using (hypertable_schema, hypertable_name)
cross join lateral (
    select format('%%I.%%I', hypertable_schema, hypertable_name)::regclass as id
) as tables
where
    hypertable_schema = 'raw'
    and dimensions.dimension_number = 1
    and not starts_with(hypertable_name, 'stream__')
order by name
