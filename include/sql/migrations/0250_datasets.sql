-- The book of data sets that were made (`vitals dataset make`): a copy that was handed out is out
-- of reach, so when somebody is deleted, what can be said is which copies hold rows of theirs.

create schema datasets;
comment on schema datasets is 'Frozen data sets that were made, and whose rows each of them holds.';

create table datasets.made (
    dataset_id integer generated always as identity primary key,
    dataset_name text not null check (dataset_name <> ''),
    folder text,
    study text,
    has_pseudonyms boolean not null,
    begun_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    row_count bigint,
    data_sha256 text
);
comment on table datasets.made is 'Frozen data sets, entered before their first row is read.';
comment on column datasets.made.dataset_id is 'Running number.';
comment on column datasets.made.dataset_name is 'Name of the data set and of its folder.';
comment on column datasets.made.folder is
'Where it was written; NULL if the path itself names a participant.';
comment on column datasets.made.study is 'Study whose members are in it, or NULL.';
comment on column datasets.made.has_pseudonyms is
'Whether participants are in it under study codes; a key file then says who is who.';
comment on column datasets.made.begun_at is 'When the making of it began.';
comment on column datasets.made.finished_at is 'When it was whole; NULL for one that never was.';
comment on column datasets.made.row_count is 'Rows of all its tables together.';
comment on column datasets.made.data_sha256 is
'SHA-256 of the lines of its file SHA256SUMS that are about data: the same for the same data.';

create table datasets.participants (
    dataset_id integer not null references datasets.made on delete cascade,
    participant_id text not null,
    primary key (dataset_id, participant_id)
);
create index participants_by_participant on datasets.participants (participant_id);
comment on table datasets.participants is 'Whose rows each data set holds.';
comment on column datasets.participants.dataset_id is 'Data set (datasets.made).';
comment on column datasets.participants.participant_id is 'Participant.';
