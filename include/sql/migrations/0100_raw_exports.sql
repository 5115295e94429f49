-- Account exports: files that a provider hands out. A manifest of every file that was seen, and the
-- people whose files they are; the data follow in 0101.

create table raw.export_files (
    file_id integer generated always as identity primary key,
    participant_id text not null,
    archive text not null,
    path text not null,
    size_bytes bigint not null,
    sha256 bytea,
    status text not null default 'reading'
    check (status in ('reading', 'loaded', 'left_out', 'unrecognised', 'refused', 'duplicate')),
    export_format text,
    kind text,
    reason text,
    time_basis text,
    clock text,
    rows_read bigint not null default 0,
    rows_rejected bigint not null default 0,
    rows_without_value bigint not null default 0,
    run_id text,
    first_seen_at timestamptz not null default clock_timestamp(),
    last_seen_at timestamptz not null default clock_timestamp()
);
create index export_files_by_size on raw.export_files (participant_id, size_bytes);

comment on table raw.export_files is
'Every file of an account export that an import has seen, with what became of it. A file whose '
'content was loaded before is recognised by its hash and not read again.';
comment on column raw.export_files.file_id is 'Running number.';
comment on column raw.export_files.participant_id is 'Whose export it is.';
comment on column raw.export_files.archive is 'Archive or folder that was given to the import, without its place.';
comment on column raw.export_files.path is
'Path inside it; a file inside an inner archive follows that archive''s path and an exclamation mark.';
comment on column raw.export_files.size_bytes is 'Unpacked size in bytes.';
comment on column raw.export_files.sha256 is 'SHA-256 of the unpacked content; NULL while it is being read.';
comment on column raw.export_files.status is
'reading: an import is reading it, or died while it did; loaded; left_out: known, and not loaded on '
'purpose; unrecognised: no reader knows it; refused: it cannot or must not be read; duplicate: the '
'same content was loaded under another path. The reason says more.';
comment on column raw.export_files.export_format is
'takeout, pmdata, strava, garmin or apple_health; NULL if unrecognised.';
comment on column raw.export_files.kind is 'What the file holds, by its name and content.';
comment on column raw.export_files.reason is 'Why it was not loaded, in one line.';
comment on column raw.export_files.time_basis is
'How its local times were turned into instants, and by which evidence; NULL where every time '
'carries its offset.';
comment on column raw.export_files.clock is
'Digest of the zone history that was used; with another one the file is read again.';
comment on column raw.export_files.rows_read is 'Records found, the rejected ones included.';
comment on column raw.export_files.rows_rejected is 'Records kept in raw.rejected_records instead.';
comment on column raw.export_files.rows_without_value is
'Placeholders that stand for no value (0, null dates, SpO2 of exactly 50.0); not counted as read.';
comment on column raw.export_files.run_id is 'Airflow run that read it first, or NULL.';
comment on column raw.export_files.first_seen_at is 'When an import saw it first.';
comment on column raw.export_files.last_seen_at is 'When an import saw it last.';

create table raw.export_file_loads (
    file_id integer not null references raw.export_files on delete cascade,
    load_id integer not null references raw.loads,
    table_name text not null,
    rows_loaded bigint not null,
    rows_superseded bigint not null,
    primary key (file_id, load_id, table_name)
);
comment on table raw.export_file_loads is
'Which loads wrote the rows of a file, and how many; written in the transaction of the rows.';
comment on column raw.export_file_loads.file_id is 'File (raw.export_files).';
comment on column raw.export_file_loads.load_id is 'Load (raw.loads) that its rows belong to.';
comment on column raw.export_file_loads.table_name is 'Table in schema raw.';
comment on column raw.export_file_loads.rows_loaded is 'Rows inserted, or that replaced the stored row.';
comment on column raw.export_file_loads.rows_superseded is
'Rows whose key already has the same or a better value, stored or in the same load.';

create table raw.account_exports__profiles (
    account_id text not null,
    participant_id text not null,
    devices jsonb not null,
    time_zones jsonb,
    date_of_birth date,
    gender text,
    height_cm double precision,
    seen_at timestamptz not null default clock_timestamp(),
    load_id integer not null,
    primary key (account_id, load_id)
);
comment on table raw.account_exports__profiles is
'People whose exports were imported: one row per person and version. Holds direct identifiers.';
comment on column raw.account_exports__profiles.account_id is 'account_exports:participant_id.';
comment on column raw.account_exports__profiles.participant_id is 'Participant.';
comment on column raw.account_exports__profiles.devices is
'JSON array of the account ids under which rows of the person''s exports are stored.';
comment on column raw.account_exports__profiles.time_zones is
'IANA time zone name, or a JSON array of {"valid_from": ISO 8601 instant, "time_zone": name}, or NULL.';
comment on column raw.account_exports__profiles.date_of_birth is 'Date of birth.';
comment on column raw.account_exports__profiles.gender is 'Gender as stated.';
comment on column raw.account_exports__profiles.height_cm is 'Height in centimetres.';
comment on column raw.account_exports__profiles.seen_at is 'When this version was first stored.';
comment on column raw.account_exports__profiles.load_id is 'Load (raw.loads) that wrote the row.';
