stored.file_id in (
    select files.file_id from raw.export_files as files
    where files.participant_id = %(participant_id)s
)
