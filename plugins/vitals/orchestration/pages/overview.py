"""pages.overview: books and accounts -> what the page shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from vitals.accounts.doctor import describe
from vitals.accounts.store import Account, list_accounts
from vitals.monitoring import settings as monitoring_settings
from vitals.monitoring.books import (
    FailedLoads,
    Rejection,
    Run,
    Source,
    open_books,
    utc_now,
)
from vitals.monitoring.findings import KINDS, Finding, problems_in
from vitals.quality import store as quality_store
from vitals.quality.results import CheckResult
from vitals.quality.store import QualityRun

# A page is for looking at; the whole list is what `vitals accounts` prints.
ACCOUNTS_SHOWN = 50


@dataclass(frozen=True)
class AccountLine:
    """An account that needs a person."""

    account: Account
    problem: str
    remedy: str


@dataclass(frozen=True)
class Overview:
    """Everything on the page; `problems` are in groups by heading, `checks` those not passed."""

    read_at: datetime
    problems: list[tuple[str, list[Finding]]]
    sources: list[Source]
    quality: QualityRun | None
    checks: list[CheckResult]
    runs: list[Run]
    failed_loads: list[FailedLoads]
    rejections: list[Rejection]
    account_states: list[tuple[str, dict[str, int]]]
    accounts: list[AccountLine]
    accounts_not_shown: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever loaded or connected."""
        return not (self.sources or self.account_states)

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong, and no failed load is still to be made good."""
        return not self.problems and not any(one.not_made_good for one in self.failed_loads)


def read_overview(dsn: str, environment: Mapping[str, str]) -> Overview:
    """Read all of it.

    Raises:
        WarehouseError: the warehouse cannot be reached or was not migrated.
        SettingError: a setting cannot be used.
    """
    monitoring = monitoring_settings.read(environment)
    accounts = list_accounts(dsn)
    with open_books(dsn) as books:
        sources = books.sources()
        found = problems_in(books, sources, accounts, monitoring)
        runs, rejections = books.runs(), books.rejections()
        failed_loads = books.failed_loads()
    quality = quality_store.newest_run(dsn)
    checks = quality_store.read_results(dsn, quality.run_id) if quality else []
    now = utc_now()
    troubled = [
        AccountLine(account, finding.problem, finding.remedy)
        for account in accounts
        if not account.is_disconnected and (finding := describe(account, None)).problem
    ]
    return Overview(
        read_at=now,
        problems=[
            (heading, group)
            for kind, heading in KINDS.items()
            if (group := [finding for finding in found if finding.kind == kind])
        ],
        sources=sources,
        quality=quality,
        checks=[one for one in checks if one.status != "pass"],
        runs=runs,
        failed_loads=failed_loads,
        rejections=rejections,
        account_states=_states(accounts),
        accounts=troubled[:ACCOUNTS_SHOWN],
        accounts_not_shown=max(len(troubled) - ACCOUNTS_SHOWN, 0),
    )


def _states(accounts: list[Account]) -> list[tuple[str, dict[str, int]]]:
    """How many accounts of each provider are in each state."""
    counts: dict[str, Counter[str]] = {}
    for account in accounts:
        counts.setdefault(account.provider, Counter())[account.state] += 1
    return [(provider, dict(states)) for provider, states in sorted(counts.items())]
