"""Pieces of whole local days -> raw tables and the books, several pieces in one dlt run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from vitals import warehouse
from vitals.load.account_days import DaysRead, NotRead
from vitals.load.account_reader import PIECE_ROWS
from vitals.load.books import Books
from vitals.load.lake_keeper import LakeKeeper
from vitals.load.pipeline import Loader
from vitals.load.summary import LoadSummary
from vitals.load.window_job import empty_days
from vitals.sources._api.errors import LimitReachedError, ScopeMissingError
from vitals.sources._api.source import build_source

# Nothing went wrong: the resource was not asked for.
_SKIPPED = (ScopeMissingError, LimitReachedError)


@dataclass
class AccountWriter:
    """Writes what was read of one account; call `flush` at the end.

    Attributes:
        provider: name of the provider, which its tables begin with.
        account_id: subject of the rows.
        books: of this account.
        loader: of this provider.
        summary: is told what was written.
        progress: called with one line for each load.
        keeper: keeps what was delivered, before the rows are written; None if that is not kept.
        before_done: called with the numbers of loads whose rows are written, before they count as
            done: whoever is killed in between does both again.
    """

    provider: str
    account_id: str
    books: Books
    loader: Loader
    summary: LoadSummary
    progress: Callable[[str], None]
    keeper: LakeKeeper | None = None
    before_done: Callable[[Sequence[int]], None] | None = None
    _waiting: list[DaysRead] = field(default_factory=list)

    def add(self, piece: DaysRead | NotRead) -> None:
        """Write a piece now or with later ones."""
        is_waiting = piece.resource in {other.resource for other in self._waiting}
        if isinstance(piece, NotRead):
            # What was read before it has the smaller number: the newest load says how it ended.
            if is_waiting:
                self.flush()
            self._note(piece)
            return
        rows = piece.row_count + sum(other.row_count for other in self._waiting)
        # One dlt run writes one file for each table.
        if rows > PIECE_ROWS or is_waiting:
            self.flush()
        self._waiting.append(piece)

    def flush(self) -> None:
        """Write everything that waits.

        Raises:
            LakeError, LoadError, WarehouseError: it could not be written; the loads say so.
        """
        pieces, self._waiting = self._waiting, []
        loads = [(self._start(piece), piece) for piece in pieces]
        load_ids = [load_id for load_id, _ in loads]
        with self.books.under_way(load_ids):
            if self.keeper:
                self.keeper.keep(loads)
            self._write(loads)
            if self.before_done:
                self.before_done(load_ids)
            for load_id, piece in loads:
                counts = self.summary.add(load_id, piece, self.books.finish(load_id, piece))
                self.progress(self._named(_line(piece, counts)))

    def _write(self, loads: list[tuple[int, DaysRead]]) -> None:
        rows = {}
        for load_id, piece in loads:
            table = f"{self.provider}__{piece.resource}"
            if piece.rows is not None:
                rows[table] = piece.owned(self.account_id, load_id)
            elif piece.spec.keeps == "days":
                empty_days(self.books.connection, table, load_id, piece.days.first, piece.days.last)
        if rows:
            self.loader.load(partial(build_source, self.provider, rows))

    def _start(self, piece: DaysRead | NotRead) -> int:
        if isinstance(piece, DaysRead) and piece.replays:
            return self.books.start_again(piece.replays, piece.rows_rejected)
        days = (piece.days.first, piece.days.last)
        mode, run_id = self.summary.mode, self.summary.run_id
        refused = piece.rows_rejected if isinstance(piece, DaysRead) else 0
        return self.books.start(piece.resource, mode, (None, None), run_id, days, refused)

    def _note(self, piece: NotRead) -> None:
        status = "skipped" if isinstance(piece.error, _SKIPPED) else "failed"
        message = warehouse.first_line(piece.error)
        self.books.fail([self._start(piece)], message, status, piece.error.cause)
        self.summary.problems[piece.resource] = piece.error
        self.progress(self._named(f"{piece.resource}: {status}, {message}"))

    def _named(self, line: str) -> str:
        return f"backfill of {line}" if self.summary.mode == "backfill" else line


def _line(piece: DaysRead, counts: dict[str, int]) -> str:
    return (
        f"{piece.resource} {piece.days.first} to {piece.days.last}: "
        f"{counts['rows_read']:,} rows read in {counts['documents_read']:,} answers, "
        f"{counts['rows_loaded']:,} loaded, {counts['rows_superseded']:,} superseded, "
        f"{counts['rows_rejected']:,} rejected, {counts['days_touched']:,} days touched"
    )
