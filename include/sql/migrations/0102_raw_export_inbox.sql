-- What the inbox of account exports held of each person when it was imported last.
create table raw.export_inbox (
    participant_id text primary key,
    content text not null,
    imported_at timestamptz not null default clock_timestamp()
);
comment on table raw.export_inbox is
'What the inbox of account exports held of each participant when it was imported last.';
comment on column raw.export_inbox.participant_id is 'Participant, whose folder it is.';
comment on column raw.export_inbox.content is 'Digest of names, sizes and times of the files.';
comment on column raw.export_inbox.imported_at is 'When they were imported.';
