"""One run of one account: its books, its lake and its tables, which no other run has open."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import requests

from vitals.accounts.tombstones import refuse_deleted
from vitals.lake.recorder import Recorder
from vitals.lake.store import Lake
from vitals.load.account_days import DaysRead, NotRead
from vitals.load.account_reader import NEEDS_PERSON
from vitals.load.account_writer import AccountWriter
from vitals.load.books import Books
from vitals.load.lake_keeper import LakeKeeper
from vitals.load.pipeline import Loader
from vitals.load.summary import LoadSummary
from vitals.sources._api.errors import ApiError

LOCK_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class AccountRun:
    """One run of one account, while no other run reads it.

    Attributes:
        books: of the account.
        writer: writes what is read.
        recorder: keeps what the provider answers; None if that is not kept.
    """

    books: Books
    writer: AccountWriter
    recorder: Recorder | None

    @classmethod
    @contextmanager
    def open(
        cls,
        warehouse_dsn: str,
        provider: str,
        account_id: str,
        session: requests.Session,
        summary: LoadSummary,
        progress: Callable[[str], None],
        lake: Lake | None,
    ) -> Iterator["AccountRun"]:
        """A run.

        Args:
            warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
            provider: name of the provider.
            account_id: "<provider>:<participant>".
            session: for the calls of the account.
            summary: is told what was written.
            progress: called with one line for each load.
            lake: where the answers are kept as delivered; None if they are not.

        Raises:
            AnotherRunError: another run of the account did not end in time.
            LakeError: the lake cannot be reached.
            ParticipantDeletedError: the participant was deleted for good.
            WarehouseError: the warehouse cannot be reached, or not any more.
        """
        with ExitStack() as stack:
            opened = Books.open(warehouse_dsn, provider, LOCK_WAIT_SECONDS, account_id)
            books = stack.enter_context(opened)
            loader = stack.enter_context(Loader.open(warehouse_dsn, provider))
            refuse_deleted(books.connection, account_id)
            recorder = keeper = None
            if lake:
                recorder = stack.enter_context(Recorder.on(session, account_id))
                keeper = LakeKeeper.open(lake, books.connection, provider, account_id)
            writer = AccountWriter(provider, account_id, books, loader, summary, progress, keeper)
            yield cls(books, writer, recorder)

    def write(self, pieces: Iterable[DaysRead | NotRead]) -> None:
        """Write what is read.

        Raises:
            ConsentNeededError, ProviderGoneError, StrangerError: nothing can be read until a
                person acts. What was read before is written.
            LakeError, LoadError, WarehouseError: it could not be written; the loads say so.
        """
        needs_person: ApiError | None = None
        for piece in pieces:
            self.writer.add(piece)
            if isinstance(piece, NotRead) and isinstance(piece.error, NEEDS_PERSON):
                needs_person = piece.error
        self.writer.flush()
        if needs_person:
            raise needs_person
