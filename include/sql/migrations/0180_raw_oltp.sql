-- People and activities of the operational database, one row for each version that was seen.
--
-- A log that only grows: what the operational database overwrites and deletes stays here. The end
-- of a row is a version of its own, so that nothing that is stored is ever changed.

create table raw.oltp__users (
    user_id text not null,
    load_id integer not null,
    is_deleted boolean not null,
    updated_at timestamptz not null,
    created_at timestamptz,
    gender text,
    date_of_birth date,
    height_cm double precision,
    weight_kg double precision,
    city text,
    region text,
    country_code text,
    seen_at timestamptz not null default clock_timestamp(),
    primary key (user_id, load_id)
);
comment on table raw.oltp__users is
'Users of the operational database: one row per user and version. Holds dates of birth.';
comment on column raw.oltp__users.user_id is 'User; the participant_id of the warehouse.';
comment on column raw.oltp__users.load_id is 'Load (raw.loads) that read this version; later is newer.';
comment on column raw.oltp__users.is_deleted is
'Whether the user was no longer in the table; then all that describes a user is NULL.';
comment on column raw.oltp__users.updated_at is
'When the row was last changed, as the source says; of a deletion, when it was noticed.';
comment on column raw.oltp__users.created_at is 'When the user was created, as the source says.';
comment on column raw.oltp__users.gender is 'Gender as stated.';
comment on column raw.oltp__users.date_of_birth is 'Date of birth.';
comment on column raw.oltp__users.height_cm is 'Height in centimetres, 50 to 272.';
comment on column raw.oltp__users.weight_kg is 'Weight in kilograms, 2 to 650.';
comment on column raw.oltp__users.city is 'Town in which the user lives.';
comment on column raw.oltp__users.region is 'State, county or the like.';
comment on column raw.oltp__users.country_code is 'Country, two letters (ISO 3166-1 alpha-2).';
comment on column raw.oltp__users.seen_at is 'When this version was read.';

create table raw.oltp__activities (
    activity_id text not null,
    load_id integer not null,
    is_deleted boolean not null,
    updated_at timestamptz not null,
    name text,
    category text,
    met double precision,
    seen_at timestamptz not null default clock_timestamp(),
    primary key (activity_id, load_id)
);
comment on table raw.oltp__activities is
'Activities of the operational database: one row per activity and version.';
comment on column raw.oltp__activities.activity_id is 'Activity, as events name it.';
comment on column raw.oltp__activities.load_id is
'Load (raw.loads) that read this version; later is newer.';
comment on column raw.oltp__activities.is_deleted is
'Whether the activity was no longer in the table; then all that describes it is NULL.';
comment on column raw.oltp__activities.updated_at is
'When the row was last changed, as the source says; of a deletion, when it was noticed.';
comment on column raw.oltp__activities.name is 'Name for people.';
comment on column raw.oltp__activities.category is 'Group of similar activities.';
comment on column raw.oltp__activities.met is
'Energy that it takes as a multiple of rest (metabolic equivalent of task), 0.5 to 25.';
comment on column raw.oltp__activities.seen_at is 'When this version was read.';

-- The login of the warehouse becomes this role to read an operational database on the same server;
-- what it may see is granted beside the tables (include/sql/operational/schema.sql).
do $$
begin
    begin
        create role operational_reader nologin;
    exception
        when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role(current_user, 'operational_reader', 'set') then
        grant operational_reader to current_user;
    end if;
end
$$;

-- Events are written load by load, so a few bytes for each megabyte tell where those of a load are.
create index stream__heart_rates_by_load on raw.stream__heart_rates using brin (load_id);
