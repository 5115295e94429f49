"""Operational PostgreSQL -> raw.oltp__*: the run that the orchestration calls.

Each table is read as it is now and compared with the newest version of each member that is stored:
what differs is added as one more version, and whoever is gone gets a version that says so. Nothing
that is stored is changed. See docs/decisions/0010 for how changes and deletions are found.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from vitals.load.books import Books
from vitals.load.oltp_versions import Versions, read_versions
from vitals.load.pipeline import DLT_SETTINGS, Loader
from vitals.load.summary import LoadSummary
from vitals.operational_settings import OperationalTarget
from vitals.progress import Progress
from vitals.sources._api.source import build_source
from vitals.sources.oltp.reader import OperationalDatabase
from vitals.sources.oltp.tables import TABLES, UPDATED_AT, Table

log = logging.getLogger(__name__)

SOURCE = "oltp"


def extract_and_load(
    warehouse_dsn: str,
    target: OperationalTarget,
    mode: str = "incremental",
    run_id: str | None = None,
    tables: Sequence[str] | None = None,
    accept_deletions: bool = False,
    progress: Progress = log.info,
    lock_wait_seconds: float = 900,
) -> LoadSummary:
    """Read the operational database and add what has changed since the last run.

    Safe to repeat and to run twice at once: the second run waits for the first.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        target: where the operational database is, and for how long a change may stay uncommitted.
        mode: "incremental"; or "full" to compare every row, whatever its updated_at says.
        run_id: what raw.loads says made the load.
        tables: which ones; all unless given.
        accept_deletions: whether it is right that most members of a table are gone.
        progress: called with one line for each table.
        lock_wait_seconds: how long to wait for another run.

    Raises:
        ValueError: an unknown table or mode.
        MassDeletionError: most members of a table are gone; nothing of it was written.
        AnotherRunError: another run did not end in time.
        OperationalDatabaseError: the operational database cannot be read.
        WarehouseError, LoadError: the warehouse cannot be reached or written. What was loaded until
            then stays; the next run completes it.
    """
    if mode not in ("incremental", "full"):
        raise ValueError(f"mode must be incremental or full, not {mode!r}")
    unknown = set(tables or ()) - TABLES.keys()
    if unknown:
        raise ValueError(f"unknown tables {sorted(unknown)}: choose from {list(TABLES)}")
    os.environ.update(DLT_SETTINGS)  # before dlt is imported
    began = time.monotonic()
    summary = LoadSummary(mode, run_id)
    with (
        Books.open(warehouse_dsn, SOURCE, lock_wait_seconds) as books,
        OperationalDatabase.open(target.dsn, target.schema, target.role) as database,
        Loader.open(warehouse_dsn, SOURCE) as loader,
    ):
        for name in tables or TABLES:
            table = TABLES[name]
            since = _since(books, table, target.lag) if mode == "incremental" else None
            read = partial(read_versions, books, database, table, since, accept_deletions)
            _load(books, loader, table, read, summary, progress)
    summary.seconds = round(time.monotonic() - began, 3)
    progress(f"{mode} run of {summary.seconds:.1f} s, {len(summary.load_ids)} loads")
    return summary


def _since(books: Books, table: Table, lag: timedelta) -> datetime | None:
    """From when on changes are read: a transaction writes its time long before it commits."""
    position = books.cursors().get(table.name)
    if position is None:
        return None
    return datetime.fromisoformat(position[UPDATED_AT]).astimezone(UTC) - lag


def _load(
    books: Books,
    loader: Loader,
    table: Table,
    read: Callable[[], Versions],
    summary: LoadSummary,
    progress: Progress,
) -> None:
    load_id = books.start(table.name, summary.mode, (None, None), summary.run_id)
    with books.under_way([load_id]):
        versions = read()
        if versions.rows:
            rows = {table.raw_name: versions.as_arrow(load_id)}
            loader.load(partial(build_source, SOURCE, rows))
        counts = summary.add(load_id, versions, books.finish(load_id, versions))
    progress(
        f"{table.name}: {counts['rows_read']:,} rows read, {versions.deletions:,} deletions seen, "
        f"{counts['rows_loaded']:,} versions added, {counts['rows_superseded']:,} superseded, "
        f"{counts['rows_rejected']:,} rejected"
    )
