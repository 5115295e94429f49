"""A random part of the archive -> a schema of its own, compared with what raw held, and dropped.

A backup that was never restored is a hope. The comparison does not trust the files: PostgreSQL
hashed every row when it was archived, and hashes every restored row again.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vitals import warehouse
from vitals.archive.bucket import Bucket
from vitals.archive.errors import ArchiveError, IntegrityError
from vitals.archive.manifest import Manifest, SubjectRows
from vitals.archive.restore import choose, load_part
from vitals.archive.tables import RawTable, archive_sql
from vitals.progress import Progress

log = logging.getLogger(__name__)
SCHEMA = "archive_drill"


@dataclass(frozen=True)
class Proof:
    """What a drill has compared.

    Attributes:
        manifest_key: which part.
        rows: how many rows.
        subjects: of how many devices and accounts.
        values_compared: whether the hash of every row was compared too; not after an upgrade of
            PostgreSQL, whose hashes may differ.
    """

    manifest_key: str
    rows: int
    subjects: int
    values_compared: bool


def pick(bucket: Bucket, seed: int | str | None = None) -> Manifest:
    """A part at random, each as likely as any other.

    Raises:
        ArchiveError: there is none.
    """
    parts = choose(bucket)
    if not parts:
        raise ArchiveError("nothing has been archived yet: there is nothing to prove")
    return random.Random(seed).choice(parts)


def prove(dsn: str, bucket: Bucket, manifest_key: str, progress: Progress = log.info) -> Proof:
    """Restore a part beside raw and compare it; raw, stage and agg are not touched.

    Raises:
        IntegrityError: what came back is not what was archived.
        NotReadableError: it lies in Glacier: ask for it first, and wait.
    """
    manifest = bucket.manifest(manifest_key)
    with _empty_schema(dsn):
        restored = load_part(dsn, bucket, manifest_key, schema=SCHEMA, progress=progress)
        found, same_server = _look(dsn, manifest)
        wanted = dict(manifest.subjects)
        if restored.left_out:  # of people who were deleted since; the part still has their rows
            wanted = {name: rows for name, rows in wanted.items() if name in found}
        if not same_server:
            found, wanted = _without_digests(found), _without_digests(wanted)
        if found != wanted:
            raise IntegrityError(f"{manifest.name}: what came back is not what was archived")
    proof = Proof(manifest_key, restored.rows, len(wanted), same_server)
    what = "values of" if same_server else "numbers of"
    progress(f"{manifest.name}: {what} {proof.rows:,} rows of {proof.subjects:,} are the same")
    return proof


def _look(dsn: str, manifest: Manifest) -> tuple[dict[str, SubjectRows], bool]:
    table = RawTable(manifest.table, manifest.time_column, manifest.key, manifest.columns)
    fragments = {
        **table.fragments(),
        "range_start": manifest.range_start.isoformat(),
        "range_end": manifest.range_end.isoformat(),
    }
    query = archive_sql("count_chunk").replace("raw.{table}", f"{SCHEMA}.{{table}}")
    with warehouse.connect(dsn) as connection:
        rows = connection.execute(query.format(**fragments)).fetchall()
        version = warehouse.only_row(connection.execute(archive_sql("warehouse_version")))
    found = {subject: SubjectRows(count, digest) for subject, count, _, _, digest, _ in rows}
    return found, version[1] == manifest.server_version


def _without_digests(subjects: dict[str, SubjectRows]) -> dict[str, SubjectRows]:
    return {name: SubjectRows(held.rows, 0) for name, held in subjects.items()}


@contextmanager
def _empty_schema(dsn: str) -> Iterator[None]:
    """The schema of the drill, which nobody else may use; gone before and after."""
    with warehouse.connect(dsn, autocommit=True) as connection:
        if not warehouse.try_lock(connection, "vitals archive drill"):
            raise ArchiveError("another drill is at work: wait until it has ended")
        drop = f"drop schema if exists {SCHEMA} cascade"
        connection.execute(drop)
        yield
        connection.execute(drop)
