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
