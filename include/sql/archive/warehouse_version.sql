select
    (select max(version) from public.schema_migrations) as schema_version,
    current_setting('server_version_num')::integer / 10000 as server_version
