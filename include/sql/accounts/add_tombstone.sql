-- The first deletion of somebody counts; a repeated one changes nothing.
insert into accounts.tombstones (subject_hash, kind, key, deleted_at)
values (%(subject_hash)s, %(kind)s, %(key)s, %(deleted_at)s)
on conflict (subject_hash) do nothing
