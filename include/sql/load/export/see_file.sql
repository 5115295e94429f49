-- A file that was read before, or that is not read: one row for each content, place and verdict.
with seen as (
    update raw.export_files
    set last_seen_at = clock_timestamp()
    where
        participant_id = %(participant_id)s
        and archive = %(archive)s
        and path = %(path)s
        and size_bytes = %(size_bytes)s
        and sha256 is not distinct from %(sha256)s
        and status = %(status)s
        and reason is not distinct from %(reason)s
    returning file_id
)

insert into raw.export_files
(participant_id, archive, path, size_bytes, sha256, status, export_format, kind, reason, run_id)
select
    %(participant_id)s,
    %(archive)s,
    %(path)s,
    %(size_bytes)s,
    %(sha256)s,
    %(status)s,
    %(export_format)s,
    %(kind)s,
    %(reason)s,
    %(run_id)s
where not exists (select from seen)
