"""One account's API -> pieces of whole local days, resource after resource, and what failed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from vitals.lake.recorder import Recorder
from vitals.load.account_days import DaysRead, NotRead
from vitals.load.account_plan import Plan
from vitals.sources._api.errors import (
    ApiError,
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ScopeMissingError,
    StrangerError,
)
from vitals.sources._api.spec import Client, DateWindow, Resource

# Bounds memory, and what a kill can lose.
PIECE_ROWS = 500_000
# Nothing of the account can be read until a person acts.
NEEDS_PERSON = (ConsentNeededError, ProviderGoneError, StrangerError)
# After these nothing else of the account can be read now.
ENDS_RUN = (*NEEDS_PERSON, LimitReachedError)

Cursors = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class AccountReader:
    """Reads an account; a resource that fails does not keep the next one from being read.

    Attributes:
        client: reads the provider's API.
        cursors: where each resource has been read to, by name.
        granted: scopes that the user has granted; None if that is not known.
        now: the present instant.
        time_zone: the participant's, to know which day it is for them.
        history_days: how far back an account is read for the first time.
        wanted: an explicit range of days; None for what is new.
        kept_days: how far back days may be kept; None for good.
        recorder: keeps what the provider answers; None if that is not kept.
    """

    client: Client
    cursors: Cursors
    granted: Sequence[str] | None
    now: datetime
    time_zone: str
    history_days: int
    wanted: tuple[date | None, date | None] | None = None
    kept_days: int | None = None
    recorder: Recorder | None = None

    def read(self, resources: Sequence[Resource]) -> Iterator[DaysRead | NotRead]:
        """Pieces of bounded size, oldest days first, and what was not read.

        Where a person has to act, only the first resource is told: the others say nothing more.

        Raises:
            ValueError: the range ends before it starts.
        """
        plan, ended = self._plan()
        for resource in resources:
            cursor = self.cursors.get(resource.name)
            window = plan.window(resource, cursor)
            missing = ended or self._missing_scope(resource)
            pieces = (
                [NotRead(resource, window, missing)]
                if missing
                else self._days(resource, window, plan, cursor)
            )
            for piece in pieces:
                yield piece
                if isinstance(piece, NotRead) and isinstance(piece.error, ENDS_RUN):
                    ended = piece.error
            if isinstance(ended, NEEDS_PERSON):
                return

    def _plan(self) -> tuple[Plan, ApiError | None]:
        """What to read, and the error if nothing can be read at all."""
        ended, last_sync = None, None
        try:
            last_sync = self.client.last_complete_date()
        except ENDS_RUN as error:
            ended = error
        except ApiError:
            pass  # then every day before today counts as complete, and is read again for a while
        plan = Plan.at(self.now, self.time_zone, last_sync, self.history_days, self.wanted)
        return replace(plan, kept_days=self.kept_days), ended

    def _missing_scope(self, resource: Resource) -> ApiError | None:
        if self.granted is None or resource.scope is None or resource.scope in self.granted:
            return None
        return ScopeMissingError(f"{resource.scope} was not granted: connect the account again")

    def _days(
        self, resource: Resource, window: DateWindow, plan: Plan, cursor: Mapping[str, Any] | None
    ) -> Iterator[DaysRead | NotRead]:
        read: DaysRead | None = None
        for days in window.pieces(resource.chunk_days):
            try:
                part = fetch_days(self.client, self.recorder, resource, days)
            except ApiError as error:
                if read:
                    yield read
                yield NotRead(resource, DateWindow(days.first, window.last), error)
                return
            so_far = DateWindow(window.first, days.last)
            part.position = plan.position(resource, so_far, cursor)
            read = read.joined(part) if read else part
            if read.row_count >= PIECE_ROWS:
                yield read
                read = None
        if read:
            yield read


def fetch_days(
    client: Client, recorder: Recorder | None, resource: Resource, days: DateWindow
) -> DaysRead:
    """What one call of a client brings, with the answers behind it if they are kept.

    Raises:
        ApiError: the days could not be read whole.
    """
    if recorder is None:
        return DaysRead.of(resource, days, client.fetch(resource.name, days))
    fetched, delivered = recorder.fetch(client, resource.name, days)
    return DaysRead.of(resource, days, fetched, delivered)
