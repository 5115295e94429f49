-- What of raw lies in cold storage, and of whom. The manifests in the bucket say the same; this
-- catalogue is what the transformation and the archive ask, in the transaction of their rows.

create schema archive;
grant usage on schema archive to loader, transformer;
alter default privileges in schema archive grant select on tables to loader, transformer;

create table archive.parts (
    part_id integer generated always as identity primary key,
    table_name text not null,
    range_start timestamptz not null,
    range_end timestamptz not null,
    part_number integer not null,
    object_key text not null,
    manifest_key text not null unique,
    state text not null default 'uploading'
    check (state in ('uploading', 'archived', 'superseded', 'expired')),
    row_count bigint,
    first_ts timestamptz,
    last_ts timestamptz,
    size_bytes bigint,
    sha256 text,
    run_id text,
    started_at timestamptz not null default clock_timestamp(),
    archived_at timestamptz,
    unique (table_name, range_start, part_number),
    check (range_end > range_start)
);
comment on table archive.parts is
'Parts of raw hypertables in cold storage: one row per uploaded object, which holds a whole chunk, '
'or what came late for one that had been archived before.';
comment on column archive.parts.part_id is 'Running number.';
comment on column archive.parts.table_name is 'Table in schema raw.';
comment on column archive.parts.range_start is 'First instant of the chunk.';
comment on column archive.parts.range_end is 'End of the chunk (exclusive).';
comment on column archive.parts.part_number is '1 for the chunk, then 2 and so on for what came late.';
comment on column archive.parts.object_key is 'Key of the Parquet file in the bucket.';
comment on column archive.parts.manifest_key is 'Key of its manifest.';
comment on column archive.parts.state is
'uploading: a run is at it, or died: the rows are still in raw; archived: uploaded, confirmed and '
'removed from raw; superseded: all its rows are also in a later part; expired: deleted, because '
'the data may not be kept longer.';
comment on column archive.parts.row_count is 'Rows of the object.';
comment on column archive.parts.first_ts is 'Smallest time in it.';
comment on column archive.parts.last_ts is 'Largest time in it.';
comment on column archive.parts.size_bytes is 'Size of the object.';
comment on column archive.parts.sha256 is 'SHA-256 of the object in hexadecimal.';
comment on column archive.parts.run_id is 'Airflow run that archived it, or NULL outside Airflow.';
comment on column archive.parts.started_at is 'When the number was taken.';
comment on column archive.parts.archived_at is 'When the rows were removed from raw.';

create table archive.part_subjects (
    part_id integer not null references archive.parts on delete cascade,
    subject_id text not null,
    row_count bigint not null,
    digest bigint not null,
    is_in_raw boolean not null default false,
    primary key (part_id, subject_id)
);
create index part_subjects_by_subject on archive.part_subjects (subject_id);
comment on table archive.part_subjects is 'How many rows of whom each part holds.';
comment on column archive.part_subjects.part_id is 'Part.';
comment on column archive.part_subjects.subject_id is
'device_id or account_id, the first column of the table''s key.';
comment on column archive.part_subjects.row_count is 'Rows of the subject.';
comment on column archive.part_subjects.digest is
'XOR of PostgreSQL''s hash of each of these rows without load_id; does not depend on their order.';
comment on column archive.part_subjects.is_in_raw is
'Whether the rows were restored into raw to be rebuilt from, and are there until archived again.';

create view archive.absent_ranges as
select
    parts.table_name,
    split_part(parts.table_name, '__', 1) as source,
    split_part(parts.table_name, '__', 2) as resource,
    subjects.subject_id,
    parts.range_start,
    parts.range_end
from archive.parts as parts
inner join archive.part_subjects as subjects on parts.part_id = subjects.part_id
where parts.state = 'archived' and not subjects.is_in_raw;
comment on view archive.absent_ranges is
'Where raw does not hold all that it once held of a subject: nothing may be rebuilt from it there.';

create table archive.restores (
    restore_id integer generated always as identity primary key,
    manifest_key text not null,
    target_schema text not null,
    load_id integer references raw.loads,
    rows_in_part bigint not null,
    rows_added bigint not null,
    rows_left_out bigint not null,
    is_rebuilt boolean not null,
    run_id text,
    restored_at timestamptz not null default clock_timestamp()
);
comment on table archive.restores is 'Parts that were loaded back, one row each time.';
comment on column archive.restores.restore_id is 'Running number.';
comment on column archive.restores.manifest_key is 'Manifest of the part.';
comment on column archive.restores.target_schema is 'raw, or the schema that it was loaded into.';
comment on column archive.restores.load_id is 'Load in raw.loads; NULL for another schema.';
comment on column archive.restores.rows_in_part is 'Rows that the part holds of those asked for.';
comment on column archive.restores.rows_added is 'Of these, the ones that were not there already.';
comment on column archive.restores.rows_left_out is
'Rows of people who have been deleted since, or who were not asked for.';
comment on column archive.restores.is_rebuilt is 'Whether stage and agg were to be made anew from them.';
comment on column archive.restores.run_id is 'Airflow run, or NULL outside Airflow.';
comment on column archive.restores.restored_at is 'When.';

alter table raw.loads drop constraint loads_mode_check;
alter table raw.loads add constraint loads_mode_check
check (mode in ('incremental', 'window', 'full', 'restore'));
comment on column raw.loads.mode is
'incremental: what is new since the cursor; window: a given interval; full: the whole source again; '
'restore: rows that come back from cold storage.';
