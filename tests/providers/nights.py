"""Simulated nights: accounts are read as the DAGs do, a day passes, and limits begin anew."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.simulator.harness import NOW, Target

from vitals import settings, warehouse
from vitals.accounts.session import session
from vitals.accounts.store import Account
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.simulator.ledger import Entry
from vitals.simulator.truth import View
from vitals.sources import api_providers

# What a bad night brings, as shares of the requests that meet it.
FAULTS = (
    ("server_error", 0.02, {"status": 503}),
    ("rate_limited", 0.01, {"retry_after": 0}),
    ("truncated", 0.01, {}),
    ("cut", 0.01, {}),
    ("html", 0.01, {}),
    ("expired", 0.01, {}),
    ("unknown_field", 0.02, {}),
    ("wrong_type", 0.01, {}),
    ("duplicate_page", 0.02, {}),
    # More than the retries of one night outlast: these nights read no sleep.
    ("server_error", 1.0, {"path": "sleep", "times": 8}),
)


@dataclass(frozen=True)
class Night:
    """What one night came to.

    Attributes:
        requests: what was asked of the providers' APIs; tokens are not part of it.
        problems: what could not be read, by provider and resource.
        refreshes: how often a token was renewed.
    """

    requests: tuple[Entry, ...]
    problems: Counter[str]
    refreshes: int

    @property
    def refused(self) -> int:
        """Requests that a provider refused because a limit was used up."""
        return sum(entry.status == 429 and entry.fault is None for entry in self.requests)

    def by_provider(self) -> Counter[str]:
        """Number of requests by provider."""
        return Counter(entry.provider for entry in self.requests)

    def by_account(self) -> Counter[tuple[str, int | None]]:
        """Number of requests by provider and number of the person."""
        return Counter((entry.provider, entry.account) for entry in self.requests)

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.by_provider().items())
        return f"requests {counts}; {self.problems.total()} resources not read"


class Nights:
    """Accounts of simulated people in one warehouse, and the passing of time.

    Args:
        dsn: the warehouse.
        values: settings that point to the simulator.
        simulator: with its clock frozen at the first night, so that all requests of a night fall
            into one window of each of its limits.
        providers: each person is connected to the next of them in turn.
        people: how many.
    """

    def __init__(
        self,
        dsn: str,
        values: settings.Settings,
        simulator: Target,
        providers: Sequence[str],
        people: int,
    ) -> None:
        self.dsn, self.values, self.simulator = dsn, values, simulator
        self.now = NOW
        for provider in providers:
            simulator.set(provider, enforces_limits=True)
        connected = connect_synthetic(dsn, values, providers, accounts=people)
        self.accounts: list[Account] = [
            account
            for account in connected
            if providers[(number_of(account) - 1) % len(providers)] == account.provider
        ]

    def faults_on(self) -> None:
        """From now on some requests fail."""
        for kind, probability, extra in FAULTS:
            self.simulator.fault(kind, probability=probability, **extra)

    def faults_off(self) -> None:
        """From now on every request gets its right answer."""
        self.simulator.admin("DELETE", "/faults")

    def run(self) -> Night:
        """Read every account once."""
        ledger = self.simulator.running.simulator.ledger
        ledger.clear()
        problems = sum((self._read(account) for account in self.accounts), Counter())
        asked = tuple(entry for entry in ledger.entries if "token" not in entry.endpoint)
        return Night(asked, problems, len(ledger.refreshes))

    def read_refused_again(self) -> None:
        """Ask again for the days of which anything was refused, as a person may do by hand.

        A record that can do without the field that was refused is loaded and counted as such.
        """
        query = (
            "select distinct loads.account_id, loads.resource, loads.first_date, loads.last_date"
            " from raw.loads inner join raw.rejected_records using (load_id)"
            " where loads.source = any(%s)"
        )
        with warehouse.connect(self.dsn) as connection:
            providers = [account.provider for account in self.accounts]
            refused = connection.execute(query, [providers]).fetchall()
        known = {account.account_id: account for account in self.accounts}
        for account_id, resource, first, last in refused:
            self._read(known[account_id], resources=[resource], start=first, end=last)

    def pass_a_day(self) -> None:
        """It is a day later, for the people and for the limits."""
        self.now += timedelta(days=1)
        self.simulator.admin("POST", "/clock", {"now": self.now.isoformat(), "frozen": True})
        self.renew_limits()

    def renew_limits(self) -> None:
        """The windows of all limits end: the budgets go by the real clock, which stands still."""
        self.simulator.running.simulator.limits.clear()
        with warehouse.connect(self.dsn, autocommit=True) as connection:
            connection.execute("truncate accounts.request_windows")

    def view(self, account: Account) -> View:
        """What the provider of an account knows by now."""
        person = self.simulator.truth.account(number_of(account))
        return self.simulator.truth.view(person, int(self.now.timestamp()))

    def _read(self, account: Account, **what: Any) -> Counter[str]:
        spec = api_providers()[account.provider]
        with session(self.dsn, spec, account.account_id, self.values, 0) as calls:
            summary = extract_and_load(
                self.dsn,
                account.provider,
                account.account_id,
                calls,
                granted_scopes=account.scopes or None,
                progress=str,
                now=self.now,
                **what,
            )
        return Counter(f"{account.provider} {name}" for name in summary.problems)


def number_of(account: Account) -> int:
    """Number of the simulated person."""
    return int(account.participant_id[1:])
