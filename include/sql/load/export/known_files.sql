-- Files of a participant that need not be read again.
select
    size_bytes,
    sha256,
    file_id,
    archive,
    path,
    clock
from raw.export_files
where participant_id = %(participant_id)s and status = 'loaded' and sha256 is not null
