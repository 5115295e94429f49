insert into raw.export_inbox (participant_id, content)
values (%(participant_id)s, %(content)s)
on conflict (participant_id) do update
set content = excluded.content, imported_at = clock_timestamp()
