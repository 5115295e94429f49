-- ObjectIds older than the overlap are not read again; other ids (JSON, not 24 digits) are.
delete from raw.iot__documents
where
    collection = %(collection)s
    and document_id < %(before)s
    and document_id ~ '^[0-9a-f]{24}$'
