"""The books of a run: raw.loads, cursors, fingerprints and rejected records.

One connection holds the advisory lock of the source for the life of a run, so that two runs
never load at once; if the process dies the lock goes with it, and the next run finds the loads that
were left running. Cursor, fingerprints and refusals of a slice commit together, after its rows.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Jsonb

from vitals import warehouse
from vitals.errors import ExpectedError, first_line
from vitals.lake.store import Key
from vitals.load.piece import Piece
from vitals.load.tables import load_sql
from vitals.load.withheld import Withholding
from vitals.sources.rejected import Rejected, count_rows

if TYPE_CHECKING:
    from vitals.lake.payload import Head
    from vitals.sources.iot.extract import Cursor

log = logging.getLogger(__name__)

WRITTEN = ("rows_loaded", "rows_superseded", "days_touched", "rows_withheld")


class AnotherRunError(ExpectedError):
    """Another run of this source is loading, and did not end in time."""


class Books:
    """The bookkeeping of one run of one source, or of one account of it."""

    def __init__(
        self, connection: psycopg.Connection, source: str, account_id: str | None = None
    ) -> None:
        self.connection, self._source, self._account_id = connection, source, account_id

    @classmethod
    @contextmanager
    def open(
        cls, dsn: str, source: str, wait_seconds: float, account_id: str | None = None
    ) -> Iterator["Books"]:
        """The books, once no other run has them open; runs that died are marked first.

        Raises:
            AnotherRunError: another run held them for longer than `wait_seconds`.
            WarehouseError: the warehouse cannot be reached, or not any more.
        """
        try:
            with warehouse.connect(dsn, role="loader", autocommit=True) as connection:
                _lock(connection, account_id or source, wait_seconds)
                dead = {"source": source, "account_id": account_id}
                connection.execute(load_sql("mark_interrupted"), dead)
                yield cls(connection, source, account_id)
        except psycopg.OperationalError as error:
            place = warehouse.describe(dsn)
            raise warehouse.WarehouseError(f"lost {place}: {first_line(error)}") from error

    def cursors(self) -> dict[str, Mapping[str, Any]]:
        """Positions by resource."""
        query = "select resource, position from raw.cursors where source = %s and account_id = %s"
        return dict(self.connection.execute(query, [self._source, self._subject]).fetchall())

    @property
    def _subject(self) -> str:
        return self._account_id or ""

    def start(
        self,
        resource: str,
        mode: str,
        window: tuple[datetime | None, datetime | None],
        run_id: str | None,
        days: tuple[date | None, date | None] = (None, None),
        rows_rejected: int = 0,
    ) -> int:
        """Open a load; its number is what its rows carry.

        Args:
            resource: collection or stream.
            mode: "incremental", "window", "full" or "backfill".
            window: [start, end) that was asked for, as instants.
            run_id: Airflow's run.
            days: first and last local day that it reads whole, for accounts.
            rows_rejected: how many records are refused, where that is known already.
        """
        values = {
            "source": self._source, "resource": resource, "mode": mode, "start": window[0],
            "end": window[1], "run_id": run_id, "account_id": self._account_id,
            "first_date": days[0], "last_date": days[1], "rows_rejected": rows_rejected,
        }  # fmt: skip
        return warehouse.only_value(self.connection.execute(load_sql("start_load"), values))

    def start_again(self, head: "Head", rows_rejected: int) -> int:
        """Open a load whose answers are kept in the lake, under its own number."""
        values = {
            "load_id": head.load_id, "source": head.source, "resource": head.resource,
            "mode": head.mode, "run_id": head.run_id, "account_id": head.account_id,
            "first_date": head.days.first, "last_date": head.days.last,
            "started_at": head.read_at, "lake_object": str(Key.of(head)),
            "rows_rejected": rows_rejected,
        }  # fmt: skip
        with self.connection.transaction():
            self.connection.execute(load_sql("lake/forget_files"), values)
            self.connection.execute(load_sql("lake/start_again"), values)
        return head.load_id

    def finish(self, load_id: int, piece: Piece) -> dict[str, int]:
        """Close a load whose rows are committed: its counts, refusals, fingerprints and cursor.

        Returns:
            rows_loaded, rows_superseded, days_touched and rows_withheld of the load.

        Raises:
            WarehouseError: another run has declared this load dead.
        """
        rejected = self._allowed(piece.rejected)
        rows_rejected = count_rows(rejected)
        counts = {
            "load_id": load_id,
            "documents_read": piece.documents_read,
            "documents_unchanged": piece.documents_unchanged,
            "rows_read": piece.rows_read,
            "rows_rejected": rows_rejected,
            "rows_superseded": piece.rows_superseded,
            "rows_withheld": count_rows(piece.rejected) - rows_rejected,
        }
        with self.connection.transaction():
            row = self.connection.execute(load_sql("finish_load"), counts).fetchone()
            if row is None:
                raise warehouse.WarehouseError(f"load {load_id} is no longer ours: run it again")
            resource = {"source": self._source, "resource": piece.resource}
            self._save_rejected(rejected, {**resource, "load_id": load_id})
            self._save_fingerprints(piece)
            if piece.position:
                self.move_cursor(piece.resource, piece.position, load_id)
        return dict(zip(WRITTEN, row, strict=True))

    def move_cursor(self, resource: str, position: Mapping[str, Any], load_id: int) -> None:
        """Note where a resource has been read to; all that was read until there is committed."""
        values = {
            "source": self._source, "resource": resource, "account_id": self._subject,
            "position": Jsonb(position), "load_id": load_id,
        }  # fmt: skip
        self.connection.execute(load_sql("move_cursor"), values)

    def fail(
        self,
        load_ids: Sequence[int],
        error: str,
        status: str = "failed",
        cause: str | None = None,
    ) -> None:
        """Close loads that ended with an error, or that were skipped because of one.

        `cause` is the provider's or the account's, as `ApiError.cause`; None if it is our own.
        """
        values = {
            "load_ids": list(load_ids), "error": error, "status": status, "cause": cause,
        }  # fmt: skip
        self.connection.execute(load_sql("fail_load"), values)

    @contextmanager
    def under_way(self, load_ids: Sequence[int]) -> Iterator[None]:
        """Loads are made in this block: an error that leaves it closes them as failed."""
        try:
            yield
        except BaseException as error:
            # If even this fails, the next run finds the loads still running and marks them.
            try:
                self.fail(load_ids, first_line(error))
            except psycopg.Error as second:
                log.warning("loads %s could not be marked as failed: %s", load_ids, second)
            raise

    def _allowed(self, rejected: Sequence[Rejected]) -> Sequence[Rejected]:
        """Refused records without those of people who were deleted for good."""
        if not rejected or self._account_id:  # nothing of an account of theirs is read at all
            return rejected
        withholding = Withholding.read(lambda text: self.connection.execute(text).fetchall())
        return withholding.rejected(rejected) if withholding else rejected

    def _save_rejected(self, rejected: Sequence[Rejected], values: Mapping[str, Any]) -> None:
        if not rejected:
            return
        self.connection.execute(load_sql("stage_rejected"))
        rows = (
            (item.record_id, item.field, item.reason, item.payload, item.row_kept)
            for item in rejected
        )
        self._copy("copy rejected_now from stdin", rows)
        self.connection.execute(load_sql("save_rejected"), values)

    def _save_fingerprints(self, piece: Piece) -> None:
        values = {"collection": piece.resource, "before": piece.forget_before}
        if piece.fingerprints:
            self.connection.execute(load_sql("stage_fingerprints"))
            self._copy("copy fingerprints_now from stdin", piece.fingerprints.items())
            self.connection.execute(load_sql("save_fingerprints"), values)
        if piece.forget_before:
            self.connection.execute(load_sql("forget_fingerprints"), values)

    def _copy(self, statement: str, rows: Any) -> None:
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class Fingerprints:
    """Looks up fingerprints of documents; has a connection of its own, for the reading thread."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, dsn: str) -> Iterator["Fingerprints"]:
        """A look-up over one connection."""
        with warehouse.connect(dsn, role="loader", autocommit=True) as connection:
            yield cls(connection)

    def __call__(self, collection: str, document_ids: Sequence[str]) -> dict[str, bytes]:
        """The fingerprints of those of the documents that are known."""
        values = {"collection": collection, "document_ids": list(document_ids)}
        return dict(self._connection.execute(load_sql("known_fingerprints"), values).fetchall())


def _lock(connection: psycopg.Connection, source: str, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while not warehouse.try_lock(connection, f"vitals.load.{source}"):
        if time.monotonic() >= deadline:
            raise AnotherRunError(
                f"another run is loading {source} and did not end within {wait_seconds:g} seconds: "
                "it goes on, try again later"
            )
        time.sleep(min(1.0, max(0.05, deadline - time.monotonic())))


def cursor_from(position: Mapping[str, Any] | None) -> "Cursor":
    """The cursor that `finish` stored."""
    from vitals.sources.iot.extract import Cursor

    return Cursor(**(position or {}))
