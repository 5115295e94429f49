select
    subject_hash,
    key,
    deleted_at
from accounts.tombstones
