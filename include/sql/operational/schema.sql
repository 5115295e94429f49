-- Users and activities as an application keeps them: one row each, overwritten and deleted.
create schema if not exists oltp;

create table if not exists oltp.users (
    user_id text primary key,
    email text not null,
    gender text,
    date_of_birth date,
    height_cm double precision,
    weight_kg double precision,
    city text,
    region text,
    country_code text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index if not exists users_by_updated_at on oltp.users (updated_at);

create table if not exists oltp.activities (
    activity_id text primary key,
    name text not null,
    category text not null,
    met double precision,
    updated_at timestamptz not null default now()
);
create index if not exists activities_by_updated_at on oltp.activities (updated_at);

comment on schema oltp is 'The operational database: the source of operational_extract.';
comment on table oltp.users is 'Users of the application as they are now.';
comment on table oltp.activities is 'Activities of the application as they are now.';

-- Who extracts may read these columns and nothing else: of users not their addresses. On a server
-- that is not the warehouse's, its operator makes a login of this kind.
do $$
begin
    if exists (select from pg_roles where rolname = 'operational_reader') then
        grant usage on schema oltp to operational_reader;
        grant select (
            user_id, gender, date_of_birth, height_cm, weight_kg, city, region, country_code,
            created_at, updated_at
        ) on oltp.users to operational_reader;
        grant select on oltp.activities to operational_reader;
    end if;
end
$$;
