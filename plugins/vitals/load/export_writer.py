"""Pieces of an import -> raw tables and the books, one load for each piece."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import adbc_driver_manager as adbc
import psycopg

from vitals import warehouse
from vitals.errors import first_line
from vitals.load.adbc import session
from vitals.load.books import Books
from vitals.load.export_buffer import ExportPiece
from vitals.load.export_job import ExportLoad
from vitals.load.export_manifest import Manifest
from vitals.load.export_tables import EXPORT_TABLES
from vitals.load.summary import LoadSummary
from vitals.sources.rejected import count_rows

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

LOCK_WAIT_SECONDS = 60.0


@dataclass
class ExportWriter:
    """Writes pieces.

    Attributes:
        dsn: libpq URI of the warehouse.
        connection: over which rows are copied.
        manifest: of the import.
        summary: is told what was written.
    """

    dsn: str
    connection: "dbapi.Connection"
    manifest: Manifest
    summary: LoadSummary
    stack: ExitStack
    _books: dict[str, Books] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, dsn: str, manifest: Manifest, summary: LoadSummary) -> Iterator["ExportWriter"]:
        """A writer with a connection of its own.

        Raises:
            WarehouseError: the warehouse cannot be reached.
        """
        with ExitStack() as stack:
            connection = stack.enter_context(session(dsn, "loader"))
            yield cls(dsn, connection, manifest, summary, stack)

    def write(self, piece: ExportPiece, participant_id: str) -> str:
        """Write one piece as one load; returns a line for people.

        Raises:
            WarehouseError: it could not be written; the load says so.
        """
        books = self._books_of(f"{piece.family}:{participant_id}", piece.family)
        load_id = books.start(piece.resource, "full", (None, None), self.summary.run_id)
        try:
            with books.under_way([load_id]):
                content = piece.content(load_id)
                if content is not None:
                    good = piece.rows_read - count_rows(piece.rejected)
                    # Repeated keys of samples lost before the database saw them.
                    piece.rows_superseded = good - content.num_rows
                    table = EXPORT_TABLES[piece.table]
                    ExportLoad(self.connection, table, content, load_id, piece.brought).run()
                counts = self.summary.add(load_id, piece, books.finish(load_id, piece))
        except (adbc.Error, psycopg.Error) as error:
            message = f"raw.{piece.table}: {first_line(error)}"
            raise warehouse.WarehouseError(message) from error
        return _line(piece, counts)

    def _books_of(self, account_id: str, family: str) -> Books:
        if account_id not in self._books:
            opened = Books.open(self.dsn, family, LOCK_WAIT_SECONDS, account_id)
            self._books[account_id] = self.stack.enter_context(opened)
        return self._books[account_id]


def _line(piece: ExportPiece, counts: dict[str, int]) -> str:
    return (
        f"{piece.table}: {counts['rows_read']:,} rows read from {piece.documents_read:,} files, "
        f"{counts['rows_loaded']:,} loaded, {counts['rows_superseded']:,} superseded, "
        f"{counts['rows_rejected']:,} rejected, {counts['days_touched']:,} days touched"
    )
