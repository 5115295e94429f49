"""The books of accounts -> days that ought to be there and were never read, newest first.

What was read is told by raw.loads, the same rows that the ledger (agg.participant_day) goes by, so
that a backfill keeps no state of its own and may be killed at any time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

import psycopg

from vitals.lake.recorder import Recorder
from vitals.load.account_days import DaysRead, NotRead
from vitals.load.account_reader import ENDS_RUN, PIECE_ROWS, fetch_days
from vitals.load.tables import load_sql
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec, Client, DateWindow, Resource

# All resources of these days are read before those of earlier ones.
SPAN_DAYS = 30
# Days that the provider refused so often, each time in another run, are left alone.
TRIES = 3
# Devices keep what they have not synced for some weeks; what is older does not come any more.
KEPT_BY_DEVICES_DAYS = 30


@dataclass(frozen=True)
class Gap:
    """Days of one resource of an account that were never read."""

    resource: Resource
    days: DateWindow

    def pieces(self) -> "list[Gap]":
        """Cut into pieces of as many days as one call may ask for, newest first.

        Cut from the end, so that the pieces of what is left over stay the same.
        """
        size = timedelta(days=self.resource.chunk_days)
        ends = [self.days.last - n * size for n in range(-(-self.days.days // size.days))]
        one = timedelta(days=1)
        return [
            Gap(self.resource, DateWindow(max(end - size + one, self.days.first), end))
            for end in ends
        ]


def find_gaps(
    connection: psycopg.Connection,
    spec: ApiSpec,
    account_ids: Sequence[str],
    resources: Sequence[Resource],
    history_days: int,
    kept_days: int | None,
    today: date,
) -> dict[str, list[Gap]]:
    """The gaps of accounts; accounts without one are left out.

    Args:
        connection: as the role loader.
        spec: the provider.
        account_ids: whose gaps.
        resources: of which kinds of data.
        history_days: how many days of the past are expected, beside those of the studies.
        kept_days: how far back days may be kept; None for good.
        today: the participants' local date.
    """
    values = {
        "source": spec.name,
        "account_ids": list(account_ids),
        "resources": [one.name for one in resources if one.keeps == "days"],
        "history_from": today - timedelta(days=history_days),
        "kept_from": None if kept_days is None else today - timedelta(days=kept_days),
        "synced_from": today - timedelta(days=KEPT_BY_DEVICES_DAYS),
        "tries": TRIES,
    }
    found: dict[str, list[Gap]] = {}
    for account_id, name, first, last in connection.execute(load_sql("account_gaps"), values):
        gap = Gap(spec.resource(name), DateWindow(first, last))
        found.setdefault(account_id, []).append(gap)
    return found


@dataclass
class GapReader:
    """Reads gaps of an account; what fails is left for the next run, and costs no other resource.

    Attributes:
        client: reads the provider's API.
        recorder: keeps what the provider answers; None if that is not kept.
    """

    client: Client
    recorder: Recorder | None = None
    _failed: set[str] = field(default_factory=set)

    def read(self, gaps: Sequence[Gap], order: Sequence[Resource]) -> Iterator[DaysRead | NotRead]:
        """Pieces of bounded size, newest first, and what was not read.

        Args:
            gaps: what to read.
            order: the resources, in the order in which each span of days is read.
        """
        names = [one.name for one in order]
        pieces = [piece for gap in gaps for piece in gap.pieces()]
        newest = max((piece.days.last for piece in pieces), default=date.max)

        def place(piece: Gap) -> tuple[int, int]:
            age = (newest - piece.days.last).days
            return age // SPAN_DAYS, names.index(piece.resource.name)

        pieces.sort(key=lambda piece: (*place(piece), newest - piece.days.last))
        for _, group in groupby(pieces, key=place):
            for piece in self._joined([*group]):
                yield piece
                if isinstance(piece, NotRead) and isinstance(piece.error, ENDS_RUN):
                    return

    def _joined(self, pieces: Sequence[Gap]) -> Iterator[DaysRead | NotRead]:
        """Pieces of one resource, those next to each other as one."""
        read: DaysRead | None = None
        for resource, days in ((one.resource, one.days) for one in pieces):
            if resource.name in self._failed:
                return
            try:
                part = fetch_days(self.client, self.recorder, resource, days)
            except ApiError as error:
                self._failed.add(resource.name)
                if read:
                    yield read
                yield NotRead(resource, days, error)
                return
            if read and read.days.first - days.last > timedelta(days=1):
                yield read
                read = None
            read = read.joined(part) if read else part
            if read.row_count >= PIECE_ROWS:
                yield read
                read = None
        if read:
            yield read
