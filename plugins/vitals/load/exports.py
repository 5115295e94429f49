"""Account exports -> raw.<family>__*: the import that the command and the orchestration call.

Files are read one after the other, and written several at a time. The manifest calls a file loaded
only when all its rows are committed: an import that dies at any point is repeated and reads the
unfinished files again, whose rows then meet themselves and change nothing.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import psycopg

from vitals import settings
from vitals.accounts.tombstones import refuse_deleted
from vitals.errors import first_line
from vitals.load import memory
from vitals.load.books import Books
from vitals.load.export_buffer import ExportPiece
from vitals.load.export_manifest import FileCounts, Manifest
from vitals.load.export_people import SOURCE, Person, Profile, known_zones
from vitals.load.export_summary import ImportSummary
from vitals.load.export_writer import ExportWriter
from vitals.load.prefetch import read_ahead
from vitals.load.summary import LoadSummary
from vitals.progress import Progress
from vitals.sources.account_exports.byte_streams import UnreadableError
from vitals.sources.account_exports.clock import Clock
from vitals.sources.account_exports.context import Context
from vitals.sources.account_exports.files import ExportFile, is_junk, open_export, problem_of
from vitals.sources.account_exports.kinds import Kind
from vitals.sources.account_exports.recognition import (
    recognise,
    refuse_several_people,
    settle_recordings,
)
from vitals.sources.account_exports.shapes import Rows
from vitals.sources.rejected import count_rows

log = logging.getLogger(__name__)

LOCK_WAIT_SECONDS = 900.0
# Bounds memory, where three batches are at a time, and what a kill can lose.
WRITE_ROWS = 500_000


def import_exports(
    warehouse_dsn: str,
    paths: Sequence[Path],
    person: Person,
    run_id: str | None = None,
    progress: Progress = log.info,
    write_rows: int = WRITE_ROWS,
) -> ImportSummary:
    """Read everything in some archives and folders that is not known yet, and load it.

    Safe to repeat and to run twice at once: the second import of a person waits for the first.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        paths: archives (.zip, all parts of one export together), folders or single files.
        person: whose they are.
        run_id: what raw.loads says made the loads.
        progress: called with one line for each group of files that was written.
        write_rows: how many rows are gathered before they are written, which bounds memory.

    Raises:
        FileNotFoundError: a path does not exist.
        ValueError: the zone history is none, or the files are those of several people.
        AnotherRunError: another import of the person did not end in time.
        ParticipantDeletedError: the person was deleted for good.
        WarehouseError: the warehouse cannot be reached or written. What was loaded until then
            stays; the next import completes it.
    """
    memory.settle()
    began = time.monotonic()
    summary = ImportSummary(LoadSummary("full", run_id))
    with ExitStack() as stack:
        files = stack.enter_context(open_export(list(paths)))
        opened = Books.open(warehouse_dsn, SOURCE, LOCK_WAIT_SECONDS, person.account_id)
        books = stack.enter_context(opened)
        refuse_deleted(books.connection, person.account_id)
        manifest = Manifest(books.connection, person.participant_id, run_id)
        manifest.open()
        found = settle_recordings(_Sorting(manifest, summary).sort(files))
        refuse_several_people(found)
        context = _survey(books.connection, person, found)
        writer = stack.enter_context(ExportWriter.open(warehouse_dsn, manifest, summary.loads))
        profile = Profile(books, person, summary.loads)
        _Import(person, profile, context, manifest, writer, summary, progress, write_rows).run(
            found
        )
        summary.count_written(books.connection)
    summary.seconds = round(time.monotonic() - began, 3)
    for line in summary.lines():
        progress(line)
    return summary


@dataclass
class _Sorting:
    """Tells the files that will be read from the others, which only the manifest hears of."""

    manifest: Manifest
    summary: ImportSummary

    def sort(self, files: Sequence[ExportFile]) -> list[tuple[ExportFile, Kind]]:
        found = []
        for file in files:
            kind, status, reason = _classify(file)
            if kind is not None and status is None:
                found.append((file, kind))
                continue
            assert status is not None
            self.manifest.see(file, kind, status, reason)
            self.summary.count_file(status)
            if status in ("refused", "unrecognised"):
                self.summary.problems[file.path] = reason or status
        return found


def _classify(file: ExportFile) -> tuple[Kind | None, str | None, str | None]:
    """Kind of a file; if it is not to be read, the status and the reason."""
    if is_junk(file.name, file.path):
        return None, "left_out", "left there by an operating system"
    if file.problem:
        return None, "refused", file.problem
    try:
        head = file.head()
    except UnreadableError as error:
        return None, "refused", str(error)
    if problem := problem_of(head):
        return None, "refused", problem
    kind, reason = recognise(file.name, head)
    if kind is None:
        return None, "unrecognised", reason
    if kind.read is None:
        return kind, "left_out", kind.reason
    return kind, None, None


@dataclass
class _Batch:
    """Rows that are written together, and the files of which everything is written then."""

    pieces: list[ExportPiece]
    complete: list[FileCounts]
    account_ids: frozenset[str]


@dataclass
class _Import:
    """Reads the files that are new, in a thread ahead of the one that writes."""

    person: Person
    profile: Profile
    context: Context
    manifest: Manifest
    writer: ExportWriter
    summary: ImportSummary
    progress: Progress
    write_rows: int
    _pieces: dict[str, ExportPiece] = field(default_factory=dict)
    _complete: list[FileCounts] = field(default_factory=list)
    _account_ids: set[str] = field(default_factory=set)
    _waiting: int = 0

    def run(self, found: Sequence[tuple[ExportFile, Kind]]) -> None:
        """Read and write everything."""
        with read_ahead(self._batches(found)) as ready:
            for batch in chain.from_iterable(ready):
                for piece in batch.pieces:
                    self.progress(self.writer.write(piece, self.person.participant_id))
                self.profile.name(batch.account_ids)
                self.manifest.finish(batch.complete)

    def _batches(self, found: Sequence[tuple[ExportFile, Kind]]) -> Iterator[_Batch]:
        """Batches of bounded size; a large file takes many of them."""
        for file, kind in found:
            clock = self._clock(kind)
            try:
                known = self.manifest.is_known(file, clock)
            except UnreadableError as error:
                self.manifest.see(file, kind, "refused", str(error))
                self._refuse(file, str(error))
                continue
            if known:
                self.summary.count_file("unchanged")
            else:
                yield from self._read(file, kind, clock)
        yield self._batch()

    def _read(self, file: ExportFile, kind: Kind, clock: str | None) -> Iterator[_Batch]:
        basis = self.context.basis_text(kind.stream)
        name = f"{kind.export_format} {kind.name}"
        if basis:
            self.summary.bases[name] = basis
        counts = FileCounts(self.manifest.start(file, kind, basis, clock), file)
        assert kind.read is not None
        try:
            for rows in kind.read(file, self.context):
                self._take(rows, kind, counts)
                if self._waiting >= self.write_rows:
                    yield self._batch()
        except (UnreadableError, ValueError) as error:
            counts.problem = first_line(error)
            self._refuse(file, counts.problem)
        else:
            self.summary.count_file("loaded")
        without_value = counts.rows_without_value
        self.summary.count_read(name, counts.rows_read, counts.rows_rejected, without_value)
        self._complete.append(counts)

    def _take(self, rows: Rows, kind: Kind, counts: FileCounts) -> None:
        counts.rows_without_value += rows.without_value
        counts.left_out += rows.left_out
        if rows.count == 0:
            return
        account_id = f"{kind.family}:{self.person.participant_id}"
        if rows.device:
            account_id += f"/{rows.device}"
        name = f"{kind.family}__{rows.shape.name}"
        piece = self._pieces.setdefault(name, ExportPiece(kind.family, rows.shape))
        piece.add(rows, account_id, counts.file_id)
        self._account_ids.add(account_id)
        counts.rows_read += rows.count
        counts.rows_rejected += count_rows(rows.rejected)
        self._waiting += rows.count

    def _batch(self) -> _Batch:
        """What was gathered, in the order of its keys."""
        ids = frozenset(self._account_ids)
        batch = _Batch([*self._pieces.values()], self._complete, ids)
        self._pieces, self._complete, self._waiting = {}, [], 0
        for piece in batch.pieces:
            piece.settle()
        return batch

    def _clock(self, kind: Kind) -> str | None:
        return self.context.clock.digest if self.context.uses_clock(kind.stream) else None

    def _refuse(self, file: ExportFile, reason: str) -> None:
        self.summary.count_file("refused")
        self.summary.problems[file.path] = reason


def _survey(
    connection: psycopg.Connection, person: Person, found: Sequence[tuple[ExportFile, Kind]]
) -> Context:
    from vitals.sources.account_exports.survey import survey

    stated = person.time_zones
    basis = "the zone history given to the import"
    if stated is None:
        stated, basis = known_zones(connection, person)
    clock = Clock.read(stated, basis) if stated else None
    return survey(found, clock, settings.load().default_time_zone)
