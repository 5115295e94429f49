-- Every table of the database with its columns of text; chunks of hypertables are below their table.
select
    namespaces.nspname || '.' || tables.relname as table_name,
    coalesce(
        array_agg(columns.attname::text order by columns.attnum)
        filter (where columns.atttypid in ('text'::regtype, 'character varying'::regtype)),
        '{}'
    ) as column_names,
    array(
        select others.relnamespace::regnamespace || '.' || others.relname
        from pg_constraint as links
        inner join pg_class as others on links.confrelid = others.oid
        where links.conrelid = tables.oid and links.contype = 'f' and others.oid <> tables.oid
    ) as refers_to
from pg_class as tables
inner join pg_namespace as namespaces on tables.relnamespace = namespaces.oid
inner join pg_attribute as columns
    on tables.oid = columns.attrelid and columns.attnum > 0 and not columns.attisdropped
where
    tables.relkind in ('r', 'p')
    and tables.relpersistence <> 't'
    and namespaces.nspname <> 'information_schema'
    and namespaces.nspname !~ '^(pg_|_timescaledb|timescaledb_)'
group by tables.oid, namespaces.nspname, tables.relname
order by table_name
