-- Who was deleted for good: nothing of them may come back from a source, an archive or the lake.

-- Keyed hashes, so that nobody reads from them who took part. The key lies beside them, because
-- deleted people would come back if it were lost; it does not keep anybody from testing a name.
create table accounts.tombstones (
    subject_hash bytea primary key,
    kind text not null check (kind in ('participant', 'device')),
    key bytea not null,
    deleted_at timestamptz not null
);
comment on table accounts.tombstones is
'Participants who were deleted for good, and the devices that were theirs: rows of them are refused '
'whatever brings them.';
comment on column accounts.tombstones.subject_hash is
'SHA-256 over the key, the kind and the id of the participant or the device.';
comment on column accounts.tombstones.kind is
'participant, or device: samples of the device are refused, but for those measured after the '
'deletion if it is somebody else''s by then.';
comment on column accounts.tombstones.key is
'Random bytes; the same for all deletions of one warehouse.';
comment on column accounts.tombstones.deleted_at is 'When the deletion began.';

alter table raw.loads add column rows_withheld bigint not null default 0;
comment on column raw.loads.rows_withheld is
'Rows of participants who were deleted for good: neither stored nor counted as read.';
