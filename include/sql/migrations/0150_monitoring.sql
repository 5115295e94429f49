-- What operators are told: runs that failed, and what they were told about already. A role that
-- sees how loading goes, and of the health data only what an analyst sees.

create schema ops;
comment on schema ops is 'What went wrong in the runs, and which notices were sent about it.';

do $$
begin
    begin
        create role monitor nologin;
    exception
        when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role(current_user, 'monitor', 'set') then
        grant monitor to current_user;
    end if;
    if not pg_has_role('monitor', 'analyst', 'usage') then
        grant analyst to monitor;
    end if;
end
$$;

grant usage on schema ops, raw to monitor;
alter default privileges in schema ops
grant select, insert, update, delete on tables to monitor;
grant select on raw.loads, raw.touched_days to monitor;
-- Why a record was refused, and not what it says.
grant select (rejected_id, source, resource, field, reason, row_kept, load_id, rejected_at)
on raw.rejected_records to monitor;

create table ops.failed_runs (
    dag_id text not null,
    run_id text not null,
    task_id text not null,
    reason text not null,
    tasks_failed integer not null default 1,
    failed_at timestamptz not null default clock_timestamp(),
    primary key (dag_id, run_id)
);
create index failed_runs_by_time on ops.failed_runs (failed_at);
comment on table ops.failed_runs is
'Airflow runs in which a task failed for good, noted by the task itself. Kept for 90 days.';
comment on column ops.failed_runs.dag_id is 'DAG.';
comment on column ops.failed_runs.run_id is 'Run of the DAG, as Airflow names it.';
comment on column ops.failed_runs.task_id is
'Task that failed last, with what it is mapped over, such as a participant.';
comment on column ops.failed_runs.reason is 'Its error, in one line.';
comment on column ops.failed_runs.tasks_failed is 'How many tasks of the run failed.';
comment on column ops.failed_runs.failed_at is 'When the last of them failed.';

create table ops.notices (
    channel text not null,
    notice_key text not null,
    subject text not null,
    first_sent_at timestamptz not null default clock_timestamp(),
    last_sent_at timestamptz not null default clock_timestamp(),
    times_sent integer not null default 1,
    primary key (channel, notice_key)
);
comment on table ops.notices is
'Problems that operators were told about and that last. A problem that is over leaves the table, so '
'that it is told at once when it comes back.';
comment on column ops.notices.channel is 'How it was told: email or webhook.';
comment on column ops.notices.notice_key is
'What it is about, such as stale:iot or silent:p0001.';
comment on column ops.notices.subject is 'The problem in one line, as it was told last.';
comment on column ops.notices.first_sent_at is 'When it was told first.';
comment on column ops.notices.last_sent_at is 'When it was told last.';
comment on column ops.notices.times_sent is 'How often it was told.';

-- Loads of the last days, for the pages: a study makes ten thousands of them a night.
create index if not exists loads_by_start on raw.loads (started_at);
