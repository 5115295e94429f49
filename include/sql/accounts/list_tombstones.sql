select
    tombstone_key.key,
    tombstones.subject_hash,
    tombstones.deleted_at
from accounts.tombstones
cross join accounts.tombstone_key
