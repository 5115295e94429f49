"""Archived parts that hold rows of deleted people -> the same parts without them.

A part is checked as for a restore and written anew under the next number, with a manifest that
supersedes the old one; once the bucket is known to hold it, the old one goes with all its versions.
Whoever dies in between leaves both, and the next deletion takes the old one away. What lies in
Glacier has to be restored first; that is asked for.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitals.archive import parquet
from vitals.archive.bucket import Bucket
from vitals.archive.errors import IntegrityError
from vitals.archive.manifest import DATA_PREFIX, MANIFEST_PREFIX, Manifest, part_name
from vitals.archive.restore import fetch
from vitals.archive.storing import store
from vitals.archive.tables import RawTable
from vitals.archive.upload import composite_checksum, part_size
from vitals.deletion.statements import statement
from vitals.load.withheld import Withholding
from vitals.progress import Progress
from vitals.storage import delete_for_good
from vitals.warehouse import only_value
from vitals.workspace import workspace

RESTORE_TIER = "Bulk"
RESTORE_DAYS = 3
_NOTES = ("schema_version", "vocabulary_sha256", "code_version", "server_version")


@dataclass
class Rewritten:
    """What became of the parts.

    Attributes:
        rewritten: held others as well, and hold only those now.
        deleted: held nobody else.
        waiting: lie in Glacier; their restore was asked for.
    """

    rewritten: int = 0
    deleted: int = 0
    waiting: int = 0


def take_out(connection: psycopg.Connection, bucket: Bucket, progress: Progress) -> Rewritten:
    """Take everybody who was deleted for good out of the archive, while nothing is archived.

    Args:
        connection: as the owner of the tables, in autocommit.
        bucket: of the archive.
        progress: called with one line for each part that changes.

    Raises:
        IntegrityError: a part is not what its manifest says, or did not arrive; it stays.
        ArchiveError: S3 refused something; the next try goes on.
    """
    result = Rewritten()
    _sweep(bucket)
    for manifest, subjects in concerned(connection, bucket):
        Part(connection, bucket, manifest, subjects).shed(result)
        progress(f"{manifest.name}: {len(subjects)} taken out")
    return result


def _sweep(bucket: Bucket) -> None:
    """Delete what uploads that were cut off have left: without a manifest it counts for nothing."""
    counted = {manifest.object_key for manifest in bucket.manifests()}
    rest = [key for key in bucket.keys(DATA_PREFIX) if key not in counted]
    delete_for_good(bucket.client, bucket.name, rest)


def concerned(
    connection: psycopg.Connection, bucket: Bucket
) -> list[tuple[Manifest, frozenset[str]]]:
    """Parts that hold deleted people, and the devices and accounts that are theirs."""
    withholding = Withholding.read(lambda text: connection.execute(text).fetchall())
    if withholding is None:
        return []
    found = [
        (
            manifest,
            withholding.among(manifest.subjects, manifest.subject_column, manifest.written_at),
        )
        for manifest in bucket.manifests()
    ]
    return [(manifest, subjects) for manifest, subjects in found if subjects]


class Part:
    """One archived part that has to lose some subjects."""

    def __init__(
        self,
        connection: psycopg.Connection,
        bucket: Bucket,
        manifest: Manifest,
        subjects: frozenset[str],
    ) -> None:
        self._connection, self._bucket = connection, bucket
        self._manifest, self._subjects = manifest, subjects

    def shed(self, result: Rewritten) -> None:
        """Write the part anew without them, or delete it."""
        others = self._manifest.subjects.keys() - self._subjects
        if not others:
            self._note("expire_part", {})
            self._delete()
            result.deleted += 1
        elif not self._bucket.state(self._manifest.object_key).is_readable:
            key = self._manifest.object_key
            self._bucket.request_restore(key, RESTORE_TIER, RESTORE_DAYS)
            result.waiting += 1
        else:
            self._rewrite()
            self._delete()
            result.rewritten += 1

    def _rewrite(self) -> None:
        with workspace("deletion") as folder:
            old, new = folder / "old.parquet", folder / "new.parquet"
            fetch(self._bucket, self._manifest, old)
            self._copy(old, new)
            manifest = self._next(new)
            store(self._bucket, new, manifest)
        values = {
            "part_number": manifest.part_number,
            "object_key": manifest.object_key,
            "new_key": manifest.key_in_bucket,
            "rows": manifest.rows,
            "first_ts": manifest.min_time,
            "last_ts": manifest.max_time,
            "size_bytes": manifest.size_bytes,
            "sha256": manifest.sha256,
        }
        self._note("rewrite_part", values)

    def _copy(self, old: Path, new: Path) -> None:
        file = pq.ParquetFile(old, pre_buffer=False)
        gone = pa.array(sorted(self._subjects))

        def others() -> Iterator[pa.RecordBatch]:
            for batch in file.iter_batches():
                subject = batch.column(self._manifest.subject_column)
                yield batch.filter(pc.invert(pc.is_in(subject, gone)))

        batches = pa.RecordBatchReader.from_batches(file.schema_arrow, others())
        one = self._manifest
        table = RawTable(one.table, one.time_column, one.key, one.columns)
        notes = {name: value for name, value in asdict(one).items() if name in _NOTES}
        parquet.write(batches, table, new, notes)

    def _next(self, path: Path) -> Manifest:
        one, settings = self._manifest, self._bucket.settings
        held = parquet.contents(path, one.subject_column, one.time_column)
        subjects = {name: rows for name, rows in one.subjects.items() if name not in self._subjects}
        is_whole = dict(held.rows) == {name: rows.rows for name, rows in subjects.items()}
        if not is_whole or held.min_time is None or held.max_time is None:
            raise IntegrityError(f"{one.name} would not hold the rows of the others")
        size = path.stat().st_size
        part_bytes = part_size(size, settings.part_bytes)
        return replace(
            one,
            part_number=self._free_number(),
            subjects=subjects,
            min_time=held.min_time,
            max_time=held.max_time,
            size_bytes=size,
            sha256=parquet.sha256(path),
            part_bytes=part_bytes,
            checksum=composite_checksum(path, part_bytes),
            storage_class=settings.storage_class,
            encryption=settings.encryption,
            written_at=datetime.now(UTC),
            supersedes=(*one.supersedes, one.key_in_bucket),
        )

    def _free_number(self) -> int:
        """One that neither the bucket nor the catalogue, which keeps what expired, has used."""
        one = self._manifest
        stem = part_name(one.table, one.range_start, one.range_end, 0).removesuffix("0000")
        numbers = [
            int(key.removesuffix(".json").rpartition("-")[2])
            for key in self._bucket.keys(MANIFEST_PREFIX + stem)
        ]
        values = {"table": one.table, "range_start": one.range_start}
        known = only_value(self._connection.execute(statement("newest_number"), values))
        return max([*numbers, known]) + 1

    def _delete(self) -> None:
        names = [self._manifest.object_key, self._manifest.key_in_bucket]
        delete_for_good(self._bucket.client, self._bucket.name, names)

    def _note(self, name: str, values: dict[str, object]) -> None:
        known = {"manifest_key": self._manifest.key_in_bucket, **values}
        self._connection.execute(statement(name), known)
