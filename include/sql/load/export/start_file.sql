-- A file that is being read. If it could not be read to its end before, that is forgotten.
with forgotten as (
    delete from raw.export_files
    where
        participant_id = %(participant_id)s
        and archive = %(archive)s
        and path = %(path)s
        and status = 'refused'
)

insert into raw.export_files
(participant_id, archive, path, size_bytes, export_format, kind, time_basis, clock, run_id)
values (
    %(participant_id)s,
    %(archive)s,
    %(path)s,
    %(size_bytes)s,
    %(export_format)s,
    %(kind)s,
    %(time_basis)s,
    %(clock)s,
    %(run_id)s
)
returning file_id
