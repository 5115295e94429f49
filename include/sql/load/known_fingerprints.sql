select document_id, fingerprint
from raw.iot__documents
where collection = %s and document_id = any(%s)
