-- What every load did, what it refused and what it touched: the tables that make
-- "read = loaded + rejected + superseded" a fact that anyone can query.

create table raw.loads (
    load_id integer generated always as identity primary key,
    source text not null,
    resource text not null,
    mode text not null check (mode in ('incremental', 'window', 'full')),
    window_start timestamptz,
    window_end timestamptz,
    run_id text,
    status text not null default 'running'
    check (status in ('running', 'done', 'failed', 'interrupted')),
    documents_read bigint not null default 0,
    documents_unchanged bigint not null default 0,
    rows_read bigint not null default 0,
    rows_loaded bigint not null default 0,
    rows_rejected bigint not null default 0,
    rows_superseded bigint not null default 0,
    days_touched bigint not null default 0,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    error text,
    constraint loads_reconcile check (
        status <> 'done' or rows_read = rows_loaded + rows_rejected + rows_superseded
    )
);
create index loads_by_source on raw.loads (source, resource, load_id);

comment on table raw.loads is
'One row per load: what one run read from one resource of one source, and what became of every row. '
'For a finished load rows_read = rows_loaded + rows_rejected + rows_superseded.';
comment on column raw.loads.load_id is 'Identifier carried by every row that the load wrote.';
comment on column raw.loads.source is 'Provider, such as iot.';
comment on column raw.loads.resource is 'Collection or stream of the provider.';
comment on column raw.loads.mode is
'incremental: what is new since the cursor; window: a given interval; full: the whole source again.';
comment on column raw.loads.window_start is 'First instant of the interval asked for, or NULL.';
comment on column raw.loads.window_end is 'End (exclusive) of the interval asked for, or NULL.';
comment on column raw.loads.run_id is 'Airflow run that made the load, or NULL outside Airflow.';
comment on column raw.loads.status is
'running; done; failed: it ended with an error; interrupted: its process died. What a failed or '
'interrupted load had written stays, and the next run completes it.';
comment on column raw.loads.documents_read is 'Documents (or responses, or files) received.';
comment on column raw.loads.documents_unchanged is
'Of these, the ones that were byte for byte as at an earlier load and were not decoded again.';
comment on column raw.loads.rows_read is
'Rows found in the documents that were decoded; a document that cannot be decoded counts as one.';
comment on column raw.loads.rows_loaded is 'Rows inserted, or that replaced the stored row of their key.';
comment on column raw.loads.rows_rejected is 'Rows kept in raw.rejected_records instead.';
comment on column raw.loads.rows_superseded is
'Rows whose key already has the same or a better value, stored or in the same load.';
comment on column raw.loads.days_touched is 'Rows this load wrote to raw.touched_days.';
comment on column raw.loads.started_at is 'When the load began.';
comment on column raw.loads.finished_at is 'When it ended, or was found to have been interrupted.';
comment on column raw.loads.error is 'The error that ended a failed load, in one line.';

-- One row per file of a load that was committed, written in the transaction of its data: a file
-- that is tried again after a crash is recognised and not counted twice.
create table raw.load_files (
    load_id integer not null references raw.loads,
    file_name text not null,
    rows_loaded bigint not null,
    rows_superseded bigint not null,
    committed_at timestamptz not null default clock_timestamp(),
    primary key (load_id, file_name)
);
comment on table raw.load_files is
'Files of each load that were committed, written in the same transaction as their rows.';
comment on column raw.load_files.load_id is 'Load that the file belongs to.';
comment on column raw.load_files.file_name is 'Name of the file in the load package of dlt.';
comment on column raw.load_files.rows_loaded is 'Rows inserted, or that replaced the stored row.';
comment on column raw.load_files.rows_superseded is 'Rows that lost to what is stored.';
comment on column raw.load_files.committed_at is 'When the rows were written.';

-- What changed, for incremental rebuilds downstream: one row per load, device and UTC day, with
-- the first and last changed instant, so that the local days can be found in any time zone.
create table raw.touched_days (
    load_id integer not null references raw.loads,
    source text not null,
    resource text not null,
    subject_id text not null,
    utc_date date not null,
    first_ts timestamptz not null,
    last_ts timestamptz not null,
    primary key (load_id, subject_id, utc_date)
);
comment on table raw.touched_days is
'The days that a load changed: only these, and their weeks and months, are rebuilt in stage and agg.';
comment on column raw.touched_days.load_id is 'Load that changed the day.';
comment on column raw.touched_days.source is 'Provider, such as iot.';
comment on column raw.touched_days.resource is 'Collection or stream of the provider.';
comment on column raw.touched_days.subject_id is
'device_id for samples and sleeps; user_id for users, where it stands for the whole history of that user.';
comment on column raw.touched_days.utc_date is
'UTC day of the changed samples, or of the start of a sleep; for users the day of the load.';
comment on column raw.touched_days.first_ts is
'First changed instant of the day (inclusive); -infinity for users.';
comment on column raw.touched_days.last_ts is
'Last changed instant of the day (inclusive); for an interval such as a sleep, its end; infinity '
'for users.';

create table raw.cursors (
    source text not null,
    resource text not null,
    position jsonb not null,
    load_id integer not null references raw.loads,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (source, resource)
);
comment on table raw.cursors is
'How far each incremental extraction has read; written after all data of its load is committed.';
comment on column raw.cursors.source is 'Provider, such as iot.';
comment on column raw.cursors.resource is 'Collection or stream of the provider.';
comment on column raw.cursors.position is 'Where the next extraction begins, in the terms of the source.';
comment on column raw.cursors.load_id is 'Load that moved the cursor last.';
comment on column raw.cursors.updated_at is 'When it was moved.';

create table raw.rejected_records (
    rejected_id bigint generated always as identity primary key,
    source text not null,
    resource text not null,
    record_id text not null,
    field text,
    reason text not null,
    payload jsonb not null,
    row_kept boolean not null default false,
    load_id integer not null references raw.loads,
    rejected_at timestamptz not null default clock_timestamp(),
    record_hash bytea not null,
    unique (source, resource, record_hash)
);
comment on table raw.rejected_records is
'Records that failed validation, as delivered, with the reason. A record that is read and refused '
'again is kept once.';
comment on column raw.rejected_records.rejected_id is 'Running number.';
comment on column raw.rejected_records.source is 'Provider, such as iot.';
comment on column raw.rejected_records.resource is 'Collection or stream of the provider.';
comment on column raw.rejected_records.record_id is
'Where the record stands in the source: document id, and the position inside it where it is a sample.';
comment on column raw.rejected_records.field is 'The field that is wrong, or NULL for the record as a whole.';
comment on column raw.rejected_records.reason is 'What is wrong and what would be right, in one line.';
comment on column raw.rejected_records.payload is
'The record as delivered; values that JSON cannot hold (NaN, dates) are written as text.';
comment on column raw.rejected_records.row_kept is
'True where only the field was refused and the row was loaded without it; such records are not '
'counted in raw.loads.rows_rejected.';
comment on column raw.rejected_records.load_id is 'Load that refused the record first.';
comment on column raw.rejected_records.rejected_at is 'When it was refused first.';
comment on column raw.rejected_records.record_hash is
'SHA-256 over record_id, field, reason and payload.';
