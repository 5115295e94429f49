"""The lake -> raw: loads that a warehouse does not have, or no longer trusts, made again.

A load is made again under its own number, by the code that made it first, and in the order in which
an account was read, so that what was restated since wins once more; some days at a time, so that
memory does not grow with the lake. Loads that the warehouse has are left alone. If later ones of
the same resource are there, or everything is to be made again, the rows from the first such load on
are made again together (see `account_rebuild`).
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from vitals import settings, warehouse
from vitals.accounts.tombstones import ParticipantDeletedError, participant_of
from vitals.lake import owner
from vitals.lake.payload import Head
from vitals.lake.store import Key, Lake
from vitals.load.account_rebuild import AccountRebuild, read_heads
from vitals.load.lake_keeper import continue_numbers
from vitals.load.lake_loads import KnownObject, LakeLoads
from vitals.progress import Progress
from vitals.sources import api_providers

log = logging.getLogger(__name__)


# Objects whose heads are in memory together, and with them the rest of their last day: 16 MB.
AT_ONCE = 10_000


@dataclass(frozen=True)
class Wanted:
    """What is to be made again.

    Attributes:
        sources: providers; all unless given.
        first: first day (UTC) on which it was read.
        last: last such day.
        participants: whose accounts; all unless given.
        again: also loads that the warehouse has, as after a correction of the parsing.
    """

    sources: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    participants: Sequence[str] = ()
    again: bool = False

    def covers(self, day: date) -> bool:
        """Whether a day is among them."""
        return (self.first or day) <= day <= (self.last or day)

    def names(self, account_id: str) -> bool:
        """Whether an account is among them."""
        return not self.participants or participant_of(account_id) in self.participants


@dataclass
class RebuildSummary:
    """What was made again.

    Attributes:
        loads: made again.
        rows_loaded: rows that they stored.
        days_touched: days that they changed.
        withheld: loads of participants who were deleted for good.
        expired: loads that hold more than their provider's terms allow to keep by now.
        problems: what could not be made again, and why, by account and resource.
    """

    loads: int = 0
    rows_loaded: int = 0
    days_touched: int = 0
    withheld: int = 0
    expired: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def add(self, account: AccountRebuild) -> None:
        """Count what was made again of one account."""
        counts = account.told.counts
        self.loads += account.loads
        self.rows_loaded += counts["rows_loaded"]
        self.days_touched += counts["days_touched"]
        self.problems |= {
            f"{account.account_id} {name}": text for name, text in account.problems.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        return asdict(self)


def rebuild(
    warehouse_dsn: str,
    lake: Lake,
    wanted: Wanted | None = None,
    run_id: str | None = None,
    progress: Progress = log.info,
) -> RebuildSummary:
    """Make loads again from what was delivered for them.

    Safe to repeat: a rebuild that died is completed by the next one.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        lake: where the answers are.
        wanted: which ones; everything that the warehouse does not have unless given.
        run_id: what raw.loads says noted the changed days, where rows are replaced.
        progress: called with one line for each load.

    Raises:
        KeyError: a source is unknown.
        AnotherRunError: a reading of an account did not end in time.
        LakeError: the lake cannot be read, or is that of another warehouse than this, which is not
            empty.
        WarehouseError, LoadError: the warehouse cannot be reached or written. What was loaded until
            then stays.
    """
    wanted = wanted or Wanted()
    providers, summary = api_providers(), RebuildSummary()
    with warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection:
        owner.may_fill(connection, lake)
        choice = _Choice(LakeLoads(connection), wanted, summary)
        for source in wanted.sources or providers:
            spec = providers[source]
            for first, last in _portions(_days(connection, lake, source, wanted)):
                keys = choice.among(source, lake.objects(source, first, last))
                for account_id, heads in _by_account(read_heads(lake, keys)).items():
                    account = AccountRebuild(
                        warehouse_dsn, lake, spec, account_id, run_id, progress
                    )
                    choice.run(account, heads)
    progress(_last_line(summary))
    return summary


def _days(connection: psycopg.Connection, lake: Lake, source: str, wanted: Wanted) -> Counter[date]:
    """How many objects there are of each wanted day; new loads are numbered after all that are."""
    days, newest = Counter[date](), 0
    for key in lake.walk(source):
        days[key.day] += wanted.covers(key.day)
        newest = max(newest, key.load_id)
    if newest:
        continue_numbers(connection, newest)
    return +days


def _portions(days: Counter[date]) -> Iterator[tuple[date, date]]:
    """First and last of some days at a time; a reading of an account is in the folder of one."""
    first, count = None, 0
    for day in sorted(days):
        first, count = first or day, count + days[day]
        if count >= AT_ONCE:
            yield first, day
            first, count = None, 0
    if first:
        yield first, day


class _Choice:
    """What of the lake is made again, portion by portion, and what has become of it."""

    def __init__(self, loads: LakeLoads, wanted: Wanted, summary: RebuildSummary) -> None:
        self._loads, self._wanted, self._summary = loads, wanted, summary
        # What one portion has made again another one leaves alone.
        self._made_since = loads.now() if wanted.again else None
        self._left: set[tuple[str, str]] = set()

    def among(self, source: str, keys: Sequence[Key]) -> list[Key]:
        """The wanted ones of some objects, as far as can be told before they are opened."""
        known = self._loads.of_objects(keys, self._made_since)
        chosen = [key for key in keys if self._is_wanted(known.get(str(key)))]
        first_kept = _first_kept(source)
        kept = [key for key in chosen if first_kept is None or key.day >= first_kept]
        self._summary.expired += len(chosen) - len(kept)
        return kept

    def _is_wanted(self, known: KnownObject | None) -> bool:
        return known is None or (not known.is_finished and self._wanted.names(known.account_id))

    def run(self, account: AccountRebuild, heads: Sequence[Head]) -> None:
        """Make loads of an account again, but for resources that were left as they are before."""
        account_id = account.account_id
        theirs = [head for head in heads if (account_id, head.resource) not in self._left]
        if not theirs or not self._wanted.names(account_id):
            return
        try:
            account.run(theirs)
        except ParticipantDeletedError:
            self._summary.withheld += len(theirs)
        self._left |= {(account_id, resource) for resource in account.left}
        self._summary.add(account)


def _first_kept(source: str) -> date | None:
    """First day on which an account may have been read to be kept until now."""
    days = settings.load().apis[source].retention_days
    return None if days is None else datetime.now(UTC).date() - timedelta(days=days)


def _by_account(heads: Iterable[Head]) -> Mapping[str, list[Head]]:
    found: dict[str, list[Head]] = defaultdict(list)
    for head in heads:
        found[head.account_id].append(head)
    return found


def _last_line(summary: RebuildSummary) -> str:
    line = (
        f"{summary.loads:,} loads made again, {summary.rows_loaded:,} rows loaded, "
        f"{summary.days_touched:,} days touched"
    )
    if summary.withheld:
        line += f", {summary.withheld:,} loads of deleted participants withheld"
    if summary.expired:
        line += f", {summary.expired:,} may not be kept any more"
    return line if not summary.problems else f"{line}; {len(summary.problems)} problems"
