-- Schemas follow the data flow raw -> stage -> agg; roles are group roles that a session
-- switches to (`set role`), so that one login serves every task with the least rights it needs.

create extension if not exists timescaledb;

create schema if not exists raw;
create schema if not exists stage;
create schema if not exists agg;

-- Roles belong to the whole server: another database of it may have made them already, or be
-- making them at this moment.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['loader', 'transformer', 'analyst', 'api'] loop
        begin
            execute format('create role %I nologin', role_name);
        exception
            when duplicate_object or unique_violation then null;
        end;
        if not pg_has_role(current_user, role_name, 'set') then
            execute format('grant %I to current_user', role_name);
        end if;
    end loop;
end
$$;

grant usage on schema raw to loader;
alter default privileges in schema raw grant select, insert, update, delete on tables to loader;
alter default privileges in schema raw grant usage, select on sequences to loader;
-- dlt keeps its own bookkeeping tables (_dlt_loads, _dlt_version) beside the data.
grant create on schema raw to loader;

grant usage on schema raw to transformer;
alter default privileges in schema raw grant select on tables to transformer;
grant usage, create on schema stage, agg to transformer;
do $$
begin
    -- dbt asks for `create schema if not exists`, which needs this right even when they exist.
    execute format('grant create, temporary on database %I to transformer', current_database());
    execute format('grant temporary on database %I to loader', current_database());
end
$$;

grant usage on schema stage, agg to analyst, api;
