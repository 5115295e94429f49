"""The lake -> raw: loads that a warehouse does not have, or no longer trusts, made again.

A load is made again under its own number, by the code that made it first, and in the order in which
an account was read, so that what was restated since wins once more. Loads that the warehouse has
are left alone. If later ones of the same resource are there, or everything is to be made again, the
rows from the first such load on are made again together (see `account_rebuild`).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from vitals import settings, warehouse
from vitals.accounts.tombstones import ParticipantDeletedError, participant_of
from vitals.lake.payload import Head
from vitals.lake.store import Key, Lake
from vitals.load.account_rebuild import AccountRebuild, read_heads
from vitals.load.lake_keeper import continue_numbers
from vitals.load.lake_loads import LakeLoads
from vitals.sources import api_providers

log = logging.getLogger(__name__)

Progress = Callable[[str], None]


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
        LakeError: the lake cannot be read.
        WarehouseError, LoadError: the warehouse cannot be reached or written. What was loaded until
            then stays.
    """
    wanted = wanted or Wanted()
    providers, summary = api_providers(), RebuildSummary()
    with warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection:
        loads = LakeLoads(connection)
        for source in wanted.sources or providers:
            spec = providers[source]
            keys = lake.objects(source)
            if keys:
                continue_numbers(connection, keys[-1].load_id)
            heads = read_heads(lake, _chosen(keys, wanted, loads, _first_kept(source), summary))
            for account_id, theirs in _by_account(heads).items():
                if not wanted.names(account_id):
                    continue
                account = AccountRebuild(warehouse_dsn, lake, spec, account_id, run_id, progress)
                try:
                    account.run(theirs)
                except ParticipantDeletedError:
                    summary.withheld += len(theirs)
                summary.add(account)
    progress(_last_line(summary))
    return summary


def _first_kept(source: str) -> date | None:
    """First day on which an account may have been read to be kept until now."""
    days = settings.load().apis[source].retention_days
    return None if days is None else datetime.now(UTC).date() - timedelta(days=days)


def _chosen(
    keys: Iterable[Key],
    wanted: Wanted,
    loads: LakeLoads,
    first_kept: date | None,
    summary: RebuildSummary,
) -> list[Key]:
    done = loads.finished_objects()
    chosen = [
        key
        for key in keys
        if (wanted.first or key.day) <= key.day <= (wanted.last or key.day)
        and (wanted.again or str(key) not in done)
    ]
    kept = [key for key in chosen if first_kept is None or key.day >= first_kept]
    summary.expired += len(chosen) - len(kept)
    return kept


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
