insert into raw.iot__documents as known (collection, document_id, fingerprint)
select %(collection)s, document_id, fingerprint
from fingerprints_now
on conflict (collection, document_id) do update
set fingerprint = excluded.fingerprint
where known.fingerprint <> excluded.fingerprint
