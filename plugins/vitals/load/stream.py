"""Objects of the stream in the lake -> raw.stream__heart_rates.

What is in the lake and not in raw.stream__objects is new, however old the events are. (Whoever asks
every few minutes looks at the last days each time, and at the whole lake once a day.) Objects are
loaded in groups; while one is being copied the next is read and checked. A group is one load of
raw.loads, and its objects are noted in the transaction that closes it: a run that dies has its
last group loaded again by the next one, which finds the rows there and changes nothing.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pyarrow.parquet as pq

from vitals.lake import owner
from vitals.load.books import Books
from vitals.load.piece import PlainPiece
from vitals.load.pipeline import Loader
from vitals.load.prefetch import read_ahead
from vitals.load.spool import LOAD_ID
from vitals.load.stream_rules import ROWS, check
from vitals.load.summary import LoadSummary
from vitals.load.tables import load_sql
from vitals.progress import Progress
from vitals.sources.iot import RowFile, build_source
from vitals.stream.lake import StreamLake
from vitals.stream.objects import StreamKey

log = logging.getLogger(__name__)

SOURCE, RESOURCE, TABLE = "stream", "heart_rates", "stream__heart_rates"
# Large enough that the fixed cost of a load does not matter; a refused event weighs like many.
GROUP_EVENTS = 500_000
_REJECTED_WEIGHT = 20
# In the cursor: when the last run began that looked at the whole lake, and loaded what was new.
_WHOLE_LAKE = "whole_lake_at"


@dataclass
class Group(PlainPiece):
    """Objects that are loaded together.

    Attributes:
        file: rows, on disk.
        objects: how many events each object held.
    """

    file: RowFile
    writer: pq.ParquetWriter
    objects: dict[StreamKey, int] = field(default_factory=dict)
    rows: int = 0

    resource = RESOURCE

    @property
    def documents_read(self) -> int:
        """Objects."""
        return len(self.objects)

    @property
    def rows_read(self) -> int:
        """Events, refused ones and messages that could not be decoded included."""
        return sum(self.objects.values())

    @property
    def weight(self) -> int:
        """How much there is to load; refused events wait in memory and weigh more."""
        return self.rows + _REJECTED_WEIGHT * len(self.rejected)

    def seal(self, load_id: int) -> RowFile:
        """Close the file; all its rows carry the number of their load."""
        self.writer.add_key_value_metadata({LOAD_ID: str(load_id)})
        self.writer.close()
        return self.file._replace(rows=self.rows)


def load_new(
    warehouse_dsn: str,
    lake: StreamLake,
    run_id: str | None = None,
    again: bool = False,
    look_back: timedelta | None = None,
    progress: Progress = log.info,
    group_events: int = GROUP_EVENTS,
    lock_wait_seconds: float = 900,
) -> LoadSummary:
    """Load the objects that were not loaded yet. Safe to repeat, and to run twice at once.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        lake: where the objects are.
        run_id: what raw.loads says made the load.
        again: also those that were loaded, as after a change of the rules.
        look_back: look for events of this time back from now only, if a run of this day (UTC) has
            loaded all that it found in the whole lake; None: of any time.
        progress: called with a line for each load.
        group_events: about so many events make a load.
        lock_wait_seconds: how long to wait for another run.

    Raises:
        AnotherRunError: another run did not end in time.
        LakeError: the lake cannot be read, or is another warehouse's.
        WarehouseError, LoadError: the warehouse cannot be reached or written. What was loaded until
            then stays; the next run goes on.
    """
    began, looked_at = time.monotonic(), datetime.now(UTC)
    summary = LoadSummary("full" if again else "incremental", run_id)
    with ExitStack() as stack:
        books = stack.enter_context(Books.open(warehouse_dsn, SOURCE, lock_wait_seconds))
        since = None if again else _since(books, look_back, looked_at)
        fresh = waiting(books.connection, lake, since, again)
        if fresh:
            owner.claim(books.connection, lake.lake)
        loader = stack.enter_context(Loader.open(warehouse_dsn, SOURCE))
        groups = _groups(lake, fresh, loader.spool_folder, group_events)
        for ready in stack.enter_context(read_ahead(groups)):
            for group in ready:
                _load(books, loader, group, summary, progress)
        if since is None and summary.load_ids:
            looked = {_WHOLE_LAKE: looked_at.isoformat()}
            books.move_cursor(RESOURCE, looked, summary.load_ids[-1])
    summary.seconds = round(time.monotonic() - began, 3)
    progress(f"{len(fresh):,} new objects in {summary.seconds:.1f} s")
    return summary


def waiting(
    connection: psycopg.Connection,
    lake: StreamLake,
    since: datetime | None = None,
    again: bool = False,
) -> list[StreamKey]:
    """Objects that were not loaded yet, in the order of their messages; with `again`, all.

    Args:
        connection: to the warehouse.
        lake: where the objects are.
        since: only those with events from this day (UTC) on.
        again: also those that were loaded.

    Raises:
        LakeError: the lake cannot be read.
    """
    keys = lake.names(since)
    if again:
        return keys
    known = {name for (name,) in connection.execute(load_sql("stream/loaded"), {"since": since})}
    return [key for key in keys if str(key) not in known]


def _since(books: Books, look_back: timedelta | None, now: datetime) -> datetime | None:
    """Where to begin to look: at the first event there is, until that was done on this day."""
    done_at = books.cursors().get(RESOURCE, {}).get(_WHOLE_LAKE)
    if not look_back or not done_at or datetime.fromisoformat(done_at).date() != now.date():
        return None
    return now - look_back


def _groups(
    lake: StreamLake, keys: Iterable[StreamKey], folder: Path, enough: int
) -> Iterator[Group]:
    """Read and check objects; their rows go to files, so that memory stays flat."""
    now, group, number = datetime.now(UTC), None, 0
    for key, content in lake.read(keys):
        if group is None:
            group = _open(folder / f"{TABLE}.{number}.parquet")
            number += 1
        checked = check(key, content, now)
        group.objects[key] = content.num_rows
        group.rejected += checked.rejected
        group.rows += checked.rows.num_rows
        group.writer.write_table(checked.rows)
        if group.weight >= enough:
            yield group
            group = None
    if group:
        yield group


def _open(path: Path) -> Group:
    # Written once and read once: neither compression nor statistics are worth their time.
    writer = pq.ParquetWriter(
        path,
        ROWS,
        compression="none",
        use_dictionary=["topic", "user_id", "activity_id"],
        write_statistics=False,
    )
    return Group(RowFile(TABLE, path, 0, ROWS), writer)


def _load(
    books: Books, loader: Loader, group: Group, summary: LoadSummary, progress: Progress
) -> None:
    load_id = books.start(RESOURCE, summary.mode, (None, None), summary.run_id)
    with books.under_way([load_id]):
        file = group.seal(load_id)
        if group.rows:
            loader.load(partial(build_source, [file], SOURCE))
        file.path.unlink(missing_ok=True)
        with books.connection.transaction():
            counts = summary.add(load_id, group, books.finish(load_id, group))
            books.connection.execute(load_sql("stream/add_objects"), _noted(load_id, group))
        progress(_line(counts))


def _noted(load_id: int, group: Group) -> dict[str, object]:
    return {
        "load_id": load_id,
        "names": [str(key) for key in group.objects],
        "hours": [key.hour for key in group.objects],
        "events": [*group.objects.values()],
    }


def _line(counts: dict[str, int]) -> str:
    return (
        f"{counts['rows_read']:,} events of {counts['documents_read']:,} objects: "
        f"{counts['rows_loaded']:,} loaded, {counts['rows_superseded']:,} superseded, "
        f"{counts['rows_rejected']:,} rejected"
    )
