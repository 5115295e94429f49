"""<SOURCE>__RETENTION_DAYS -> parts that may not be kept go, and what was made of them.

A source with an end to storage is not archived at all; this is for what had been before that was
set. A part goes when its youngest row is too old.
"""

import logging
from datetime import UTC, datetime, timedelta

from vitals import settings, warehouse
from vitals.archive.bucket import Bucket
from vitals.archive.tables import archive_sql
from vitals.lake import owner
from vitals.progress import Progress
from vitals.storage import delete_for_good

log = logging.getLogger(__name__)


def expire(
    dsn: str,
    bucket: Bucket,
    run_id: str | None = None,
    progress: Progress = log.info,
    now: datetime | None = None,
) -> int:
    """Delete parts that are past their time, with all versions; returns how many.

    Safe to repeat and to kill.

    Args:
        dsn: libpq URI of the warehouse; the login must own its tables.
        bucket: of the archive.
        run_id: what raw.loads says made the loads.
        progress: called with one line for each part.
        now: the present instant, for tests.

    Raises:
        ArchiveError: S3 refused it.
        LakeError: the bucket is another warehouse's.
        WarehouseError: the warehouse cannot be reached.
    """
    ends = {name: api.retention_days for name, api in settings.load().apis.items()}
    gone = 0
    with warehouse.connect(dsn, autocommit=True) as connection:
        for source, days in ends.items():
            if days is None:
                continue
            first_kept = (now or datetime.now(UTC)) - timedelta(days=days)
            values = {"source": source, "first_kept": first_kept}
            parts = connection.execute(archive_sql("expired_parts"), values).fetchall()
            if parts:
                owner.claim(connection, bucket.lake)
            for part_id, object_key, manifest_key in parts:
                delete_for_good(bucket.client, bucket.name, [manifest_key, object_key])
                values = {"part_id": part_id, "run_id": run_id}
                connection.execute(archive_sql("expire_part"), values)
                progress(f"{object_key}: may not be kept, deleted")
                gone += 1
    return gone
