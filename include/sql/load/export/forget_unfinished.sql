-- What an import left behind that died while it read: the files are read again under new numbers.
delete from raw.export_files
where participant_id = %(participant_id)s and status = 'reading'
