-- Every table, view and column of the warehouse with its comment, for the data dictionary.
select
    namespaces.nspname as schema_name,
    relations.relname as table_name,
    case relations.relkind when 'v' then 'view' else 'table' end as kind,
    obj_description(relations.oid, 'pg_class') as table_comment,
    columns.attname as column_name,
    format_type(columns.atttypid, columns.atttypmod) as data_type,
    columns.attnum = any(coalesce(keys.conkey, '{}')) as is_key,
    col_description(relations.oid, columns.attnum) as column_comment
from pg_class as relations
inner join pg_namespace as namespaces on relations.relnamespace = namespaces.oid
inner join pg_attribute as columns
    on relations.oid = columns.attrelid and columns.attnum > 0 and not columns.attisdropped
left join pg_constraint as keys on relations.oid = keys.conrelid and keys.contype = 'p'
where
    namespaces.nspname in ('raw', 'stage', 'agg')
    and relations.relkind in ('r', 'v', 'p')
    and relations.relname not like '\_dlt%'
order by
    array_position(array['agg', 'stage', 'raw'], namespaces.nspname::text),
    relations.relname,
    columns.attnum
