create schema if not exists {schema};
create table if not exists {schema}.{table} (like raw.{table} including all);
