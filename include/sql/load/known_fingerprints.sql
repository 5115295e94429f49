select document_id, fingerprint
from raw.iot__documents
where collection = %(collection)s and document_id = any(%(document_ids)s)
