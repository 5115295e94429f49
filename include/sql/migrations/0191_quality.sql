-- What the checks of the data found: results of every run, and beside them, in tables that dbt
-- makes and that are named after their checks, the rows that failed.

create schema quality;
comment on schema quality is
'Results of the data checks (DAG data_quality), and for each check that failed a table with the rows '
'it found.';
-- The rows may hold what only the transformation may read, so nobody else is given them.
grant usage, create on schema quality to transformer;
grant usage on schema quality to monitor, analyst;

create table quality.runs (
    run_id text primary key,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    checked_since timestamptz not null,
    after_load integer not null,
    last_load integer not null,
    passed integer not null default 0,
    warned integer not null default 0,
    failed integer not null default 0,
    broken integer not null default 0
);
create index runs_by_start on quality.runs (started_at);
comment on table quality.runs is 'Runs of the data checks.';
comment on column quality.runs.run_id is 'Run of the DAG data_quality.';
comment on column quality.runs.started_at is 'When it began.';
comment on column quality.runs.finished_at is 'When all checks were done; NULL for a run that died.';
comment on column quality.runs.checked_since is
'Large tables were checked from this instant of their rows on; -infinity for all of them.';
comment on column quality.runs.after_load is 'Loads after this one were checked; 0 for all of them.';
comment on column quality.runs.last_load is 'The newest load there was.';
comment on column quality.runs.passed is 'How many checks passed.';
comment on column quality.runs.warned is 'How many found rows that call for a look.';
comment on column quality.runs.failed is 'How many found rows that must not be.';
comment on column quality.runs.broken is 'How many could not be carried out.';

create table quality.results (
    run_id text not null references quality.runs on delete cascade,
    check_name text not null,
    layer text not null,
    relation text not null,
    column_name text,
    severity text not null check (severity in ('warn', 'error')),
    status text not null check (status in ('pass', 'warn', 'fail', 'broken')),
    failures bigint,
    rows_table text,
    message text,
    seconds double precision not null,
    primary key (run_id, check_name)
);
comment on table quality.results is 'What each check found in each run.';
comment on column quality.results.run_id is 'Run of the DAG data_quality.';
comment on column quality.results.check_name is 'Name of the dbt test.';
comment on column quality.results.layer is 'raw, stage or agg.';
comment on column quality.results.relation is 'Table or view that is checked.';
comment on column quality.results.column_name is 'Column, where the check is about one.';
comment on column quality.results.severity is
'error: rows must not be there, the run of the DAG fails; warn: somebody should have a look.';
comment on column quality.results.status is
'pass; warn; fail; broken: the check could not be carried out.';
comment on column quality.results.failures is
'Rows that were found, at most 1,000; NULL if the check is broken.';
comment on column quality.results.rows_table is
'Table with these rows; it is there until the check passes, or its rows have become too old.';
comment on column quality.results.message is 'What dbt said, unless the check passed.';
comment on column quality.results.seconds is 'How long the check took, in seconds.';

grant select on quality.runs, quality.results to analyst, transformer;
grant select, insert, update, delete on quality.runs, quality.results to monitor;

-- The stream notes hours where the other sources note days.
grant select on raw.stream__objects to monitor;

create function quality.since() returns timestamptz
language sql stable
as $$
    select coalesce(
        nullif(current_setting('vitals.check_since', true), ''), '-infinity'
    )::timestamptz
$$;
comment on function quality.since is
'From which instant on the rows of large tables are checked: the setting vitals.check_since of the '
'session, which the DAG data_quality sets to where the newest loads begin; all rows without it.';

create function quality.after_load() returns integer
language sql stable
as $$
    select coalesce(nullif(current_setting('vitals.check_after_load', true), ''), '0')::integer
$$;
comment on function quality.after_load is
'After which load loads are checked: the setting vitals.check_after_load of the session; 0 for all.';

create view quality.last_removal as
select greatest(
    (select max(deleted_at) from accounts.tombstones),
    (select max(coalesce(archived_at, started_at)) from archive.parts),
    '-infinity'
) as removed_at;
comment on view quality.last_removal is
'When rows last left raw on purpose: with a participant, or into the archive. Of what was loaded '
'before that there may be less than raw.loads says.';
grant select on quality.last_removal to transformer;
