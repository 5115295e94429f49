"""MongoDB -> raw.iot__*: the run that the orchestration calls, and the look whether one is due.

A run is a series of slices. They are read into files while others are being written; whatever is
ready is loaded as one group by one dlt run, and each of its slices closed in the books: a kill at
any moment loses at most the group in the making, and what it had written is found again by the next
run.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from vitals import settings, warehouse
from vitals.load.books import Books, Fingerprints, cursor_from
from vitals.load.pipeline import Loader
from vitals.load.prefetch import read_ahead
from vitals.load.spool import Spooled, spool
from vitals.load.summary import LoadSummary
from vitals.progress import Progress
from vitals.sources.iot import build_source
from vitals.sources.iot.client import DocumentStore
from vitals.sources.iot.collections import COLLECTIONS
from vitals.sources.iot.extract import (
    SLICE_SAMPLES,
    Request,
    Slice,
    read_collection,
)
from vitals.sources.iot.news import has_new_documents

log = logging.getLogger(__name__)

SOURCE = "iot"
# So many groups of slices may wait: enough to keep the warehouse busy and dlt runs few.
_WAITING = 3


def extract_and_load(
    warehouse_dsn: str,
    mongo_uri: str,
    mode: str = "incremental",
    start: datetime | None = None,
    end: datetime | None = None,
    run_id: str | None = None,
    collections: Sequence[str] | None = None,
    progress: Progress = log.info,
    overlap: timedelta | None = None,
    slice_samples: int = SLICE_SAMPLES,
    lock_wait_seconds: float = 900,
) -> LoadSummary:
    """Read the document store and load what is new, a window of it, or everything.

    Safe to repeat and to run twice at once: the second run waits for the first.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        mongo_uri: `mongodb://host:port/database`.
        mode: "incremental"; "window" for documents with created_at in [start, end); "full".
        start: first instant of the window, with a time zone.
        end: end of the window, exclusive, with a time zone.
        run_id: what raw.loads says made the load.
        collections: which ones; all that are known unless given.
        progress: called with one line for each group of slices.
        overlap: how long after its insertion a document may still change; IOT__OVERLAP_HOURS
            unless given.
        slice_samples: bound of one slice, which bounds memory.
        lock_wait_seconds: how long to wait for another run.

    Raises:
        ValueError: a window without bounds, or an unknown collection or mode.
        AnotherRunError: another run did not end in time.
        SourceError: MongoDB cannot be read.
        WarehouseError, LoadError: the warehouse cannot be reached or written. What was loaded until
            then stays; the next run completes it.
    """
    _check(mode, start, end, collections)
    began = time.monotonic()
    summary = LoadSummary(mode, run_id)
    with ExitStack() as stack:
        books = stack.enter_context(Books.open(warehouse_dsn, SOURCE, lock_wait_seconds))
        store = stack.enter_context(DocumentStore.open(mongo_uri))
        request = Request(
            mode=mode,
            now=datetime.now(UTC),
            overlap=settings.load().iot_overlap if overlap is None else overlap,
            known=stack.enter_context(Fingerprints.open(warehouse_dsn)),
            start=start,
            end=end,
            slice_samples=slice_samples,
        )
        chosen = _choose(store, collections, summary)
        loader = stack.enter_context(Loader.open(warehouse_dsn, SOURCE))
        pieces = _read(store, chosen, request, books.cursors())
        spooled = _spooled(pieces, loader.spool_folder)
        with read_ahead(_grouped(spooled, slice_samples), _WAITING) as ready:
            for groups in ready:
                group = list(chain.from_iterable(groups))
                _load_group(books, loader, group, request, summary, progress)
    summary.seconds = round(time.monotonic() - began, 3)
    _report(summary, progress)
    return summary


def new_documents_waiting(warehouse_dsn: str, mongo_uri: str) -> bool:
    """A cheap look whether an incremental run would load something.

    Raises:
        SourceError, WarehouseError: one of the servers cannot be reached.
    """
    with (
        warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection,
        DocumentStore.open(mongo_uri) as store,
    ):
        cursors, known = Books(connection, SOURCE).cursors(), Fingerprints(connection)
        present = [COLLECTIONS[name] for name in store.collections() if name in COLLECTIONS]
        return any(
            has_new_documents(store, spec, cursor_from(cursors.get(spec.name)), known)
            for spec in present
        )


def _check(
    mode: str, start: datetime | None, end: datetime | None, collections: Sequence[str] | None
) -> None:
    if mode not in ("incremental", "window", "full"):
        raise ValueError(f"mode must be incremental, window or full, not {mode!r}")
    if mode == "window" and not (start and end and start < end):
        raise ValueError("a window needs a start and a later end, both with a time zone")
    unknown = set(collections or ()) - COLLECTIONS.keys()
    if unknown:
        raise ValueError(f"unknown collections {sorted(unknown)}: choose from {list(COLLECTIONS)}")


def _choose(store: DocumentStore, wanted: Sequence[str] | None, summary: LoadSummary) -> list[str]:
    """Known collections to read; unknown ones are reported."""
    present = store.collections()
    summary.unknown_collections = [name for name in present if name not in COLLECTIONS]
    for name in summary.unknown_collections:
        log.warning(
            "collection %s is not loaded: this source knows %s", name, ", ".join(COLLECTIONS)
        )
    return [name for name in wanted or COLLECTIONS if name in present]


def _read(
    store: DocumentStore, names: Iterable[str], request: Request, cursors: dict
) -> Iterator[Slice]:
    for name in names:
        cursor = cursor_from(cursors.get(name))
        yield from read_collection(store, COLLECTIONS[name], request, cursor)


def _spooled(pieces: Iterable[Slice], folder: Path) -> Iterator[Spooled]:
    for number, piece in enumerate(pieces):
        yield spool(piece, folder, number)


def _grouped(pieces: Iterable[Spooled], enough: int) -> Iterator[list[Spooled]]:
    """Small slices share one dlt run, which has a fixed cost; a large one goes at once."""
    group: list[Spooled] = []
    for piece in pieces:
        group.append(piece)
        if sum(item.weight for item in group) >= enough // 2:
            yield group
            group = []
    if group:
        yield group


def _load_group(
    books: Books,
    loader: Loader,
    group: list[Spooled],
    request: Request,
    summary: LoadSummary,
    progress: Progress,
) -> None:
    window = (request.start, request.end)
    load_ids = [
        books.start(item.piece.collection.name, request.mode, window, summary.run_id)
        for item in group
    ]
    with books.under_way(load_ids):
        for load_id, item in zip(load_ids, group, strict=True):
            item.seal(load_id)
        files = [item.file for item in group if item.file]
        if files:
            loader.load(partial(build_source, files))
        for load_id, item in zip(load_ids, group, strict=True):
            item.remove()
            counts = summary.add(load_id, item.piece, books.finish(load_id, item.piece))
            progress(_line(item.piece.collection.name, counts))


def _line(name: str, counts: dict[str, int]) -> str:
    return (
        f"{name}: {counts['rows_read']:,} rows read from {counts['documents_read']:,} documents, "
        f"{counts['rows_loaded']:,} loaded, {counts['rows_superseded']:,} superseded, "
        f"{counts['rows_rejected']:,} rejected, {counts['days_touched']:,} days touched"
    )


def _report(summary: LoadSummary, progress: Progress) -> None:
    for name, fields in summary.unknown_fields.items():
        log.warning("%s: fields without a column: %s", name, ", ".join(fields))
    for name, notes in summary.notes.items():
        for note, count in notes.items():
            log.warning("%s: %s (%s times)", name, note, count)
    progress(f"{summary.mode} run of {summary.seconds:.1f} s, {len(summary.load_ids)} loads")
