"""Old chunks of raw -> Parquet in S3, and then they go.

A chunk is counted and read in one snapshot, uploaded, confirmed, described by its manifest, and
dropped if nobody has written to it since; the catalogue changes in the same transaction. Whoever
dies on the way leaves the chunk where it was, and the next run does it again under the same name.
What comes late for a range of time that is archived makes a chunk of its own, and a further part.
"""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg

from vitals import warehouse
from vitals.archive.bucket import Bucket
from vitals.archive.chunk_job import ChunkJob, Outcome
from vitals.archive.errors import ArchiveError
from vitals.archive.manifest import DATA_PREFIX, MANIFEST_PREFIX, part_name
from vitals.archive.session import Session
from vitals.archive.tables import Chunk, RawTable, archivable, archive_sql, chunks
from vitals.lake import owner
from vitals.progress import Progress

log = logging.getLogger(__name__)


@dataclass
class ArchiveSummary:
    """What a run did: chunks by outcome, and what was uploaded."""

    outcomes: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    size_bytes: int = 0
    seconds: float = 0.0
    waiting: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one chunk."""
        self.outcomes[outcome.what] = self.outcomes.get(outcome.what, 0) + 1
        self.rows += outcome.rows
        self.size_bytes += outcome.size_bytes
        if outcome.what in ("waiting", "busy"):
            self.waiting.append(outcome.line)


def archive(
    dsn: str,
    bucket: Bucket,
    older_than_days: int | None = None,
    tables: Sequence[str] | None = None,
    dry_run: bool = False,
    run_id: str | None = None,
    progress: Progress = log.info,
    now: datetime | None = None,
) -> ArchiveSummary:
    """Move every chunk that is old enough to the bucket.

    Safe to repeat, and to kill at any moment.

    Args:
        dsn: libpq URI of the warehouse; the login must own its tables.
        bucket: where they go.
        older_than_days: age of the youngest row that a chunk may hold; the setting unless given.
        tables: hypertables of raw; those of the setting unless given.
        dry_run: only say what would be done.
        run_id: what the catalogue says made the parts.
        progress: called with one line for each chunk.
        now: the present instant, for tests.

    Raises:
        ArchiveError: another run is at it, S3 refused something, or what it holds is not what was
            sent; chunks that were done stay done.
        LakeError: the bucket is another warehouse's.
        WarehouseError: the warehouse cannot be reached.
    """
    began, summary = time.monotonic(), ArchiveSummary()
    days = bucket.settings.older_than_days if older_than_days is None else older_than_days
    end = (now or datetime.now(UTC)) - timedelta(days=days)
    with _alone(dsn) as connection:
        chosen, kept = archivable(connection, tuple(tables or bucket.settings.tables))
        for table in kept:
            progress(f"{table.name}: never archived, its provider sets an end to storage")
        if dry_run:
            owner.refuse_stranger(connection, bucket.lake)
        else:
            bucket.ensure()
            owner.claim(connection, bucket.lake)
        for table in chosen:
            for chunk in chunks(connection, table, end):
                outcome = (
                    _look(dsn, table, chunk) if dry_run else
                    _move(dsn, connection, bucket, table, chunk, run_id)
                )  # fmt: skip
                summary.add(outcome)
                progress(f"{table.name} {_range(chunk)}: {outcome.line}")
    summary.seconds = round(time.monotonic() - began, 3)
    progress(_total(summary, dry_run))
    return summary


def _look(dsn: str, table: RawTable, chunk: Chunk) -> Outcome:
    with Session.open(dsn) as session:
        return ChunkJob(session, table, chunk).look()


def _move(
    dsn: str,
    connection: psycopg.Connection,
    bucket: Bucket,
    table: RawTable,
    chunk: Chunk,
    run_id: str | None,
) -> Outcome:
    part_id, number = _claim(connection, bucket, table, chunk, run_id)
    with Session.open(dsn) as session:
        return ChunkJob(session, table, chunk).move(bucket, part_id, number)


def _claim(
    connection: psycopg.Connection,
    bucket: Bucket,
    table: RawTable,
    chunk: Chunk,
    run_id: str | None,
) -> tuple[int, int]:
    """Take a part number; committed at once, so that what is in the bucket is always known here."""
    values = {"table": table.name, "range_start": chunk.range_start}
    [(number,)] = connection.execute(archive_sql("next_number"), values).fetchall()
    unfinished = "select from archive.parts where state = 'uploading' and table_name = %(table)s"
    at_it = connection.execute(f"{unfinished} and range_start = %(range_start)s", values)
    if not at_it.fetchone():
        number = max(number, _last_number(bucket, table, chunk) + 1)
    name = part_name(table.name, chunk.range_start, chunk.range_end, number)
    values |= {
        "range_end": chunk.range_end,
        "next_number": number,
        "object_key": f"{DATA_PREFIX}{name}.parquet",
        "manifest_key": f"{MANIFEST_PREFIX}{name}.json",
        "run_id": run_id,
    }
    part_id, number = warehouse.only_row(connection.execute(archive_sql("claim_part"), values))
    return part_id, number


def _last_number(bucket: Bucket, table: RawTable, chunk: Chunk) -> int:
    """The newest part of a chunk in the bucket: another database may have written there."""
    name = part_name(table.name, chunk.range_start, chunk.range_end, 0)
    keys = bucket.keys(MANIFEST_PREFIX + name.removesuffix("0000"))
    numbers = (re.search(r"-(\d+)\.json$", key) for key in keys)
    return max((int(number[1]) for number in numbers if number), default=0)


@contextmanager
def _alone(dsn: str) -> Iterator[psycopg.Connection]:
    """A connection that holds the lock of the archive for the life of a run."""
    with warehouse.connect(dsn, autocommit=True) as connection:
        if not warehouse.try_lock(connection, "vitals archive run"):
            raise ArchiveError("another run of the archive is at work: wait until it has ended")
        yield connection


def _range(chunk: Chunk) -> str:
    return f"{chunk.range_start:%Y-%m-%d} to {chunk.range_end:%Y-%m-%d}"


def _total(summary: ArchiveSummary, dry_run: bool) -> str:
    if not summary.outcomes:
        return "no chunk is old enough"
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(summary.outcomes.items()))
    per_row = f", {summary.size_bytes / summary.rows:.2f} bytes each" if summary.size_bytes else ""
    said = "dry run: " if dry_run else ""
    return f"{said}chunks: {counts}; {summary.rows:,} rows{per_row}; {summary.seconds:.1f} s"
