"""What the tests of the simulator share: the moment at which it stands, and how it is addressed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from vitals.simulator.server import RunningSimulator
from vitals.simulator.truth import Restatement, Truth, View
from vitals.simulator.truth.people import to_date, to_day

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = to_day(NOW.date())
ACCOUNTS = 6


@dataclass(frozen=True)
class Target:
    """The running simulator as a test uses it: over HTTP, and the truth to compare with."""

    running: RunningSimulator
    session: requests.Session
    truth: Truth
    """Made apart from the simulator's own."""

    @property
    def url(self) -> str:
        """Where the simulator answers."""
        return self.running.url

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Call a switch."""
        url = f"{self.url}/_simulator{path}"
        answer = self.session.request(method, url, json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def token(self, provider: str, account: int = 1, **extra: Any) -> dict[str, Any]:
        """Tokens without a browser."""
        return self.admin("POST", "/tokens", {"provider": provider, "account": account, **extra})

    def fault(self, kind: str, **extra: Any) -> None:
        """Switch a fault on."""
        self.admin("POST", "/faults", {"kind": kind, **extra})

    def set(self, provider: str, **settings: Any) -> None:
        """Change settings of a provider."""
        self.admin("POST", "/settings", {provider: settings})

    def restate(self, first: int, last: int) -> None:
        """Restate civil days, at the simulator and in the truth to compare with."""
        days = {"first": str(to_date(first)), "last": str(to_date(last))}
        self.admin("POST", "/restatements", days)
        self.truth.restate(Restatement.from_json(days))

    def view(self, account: int = 1) -> View:
        """What the providers know of an account."""
        return self.truth.view(self.truth.account(account), int(NOW.timestamp()))


def civil(day: int) -> dict[str, Any]:
    """CivilDateTime of a day in a roll-up body."""
    value = to_date(day)
    return {"date": {"year": value.year, "month": value.month, "day": value.day}}


def between(field: str, first: int, end: int) -> str:
    """Filter on civil days [first, end)."""
    return f'{field} >= "{to_date(first)}" AND {field} < "{to_date(end)}"'


def physical(field: str, first: int, end: int) -> str:
    """Filter on UTC days [first, end)."""
    low, high = f"{to_date(first)}T00:00:00Z", f"{to_date(end)}T00:00:00Z"
    return f'{field} >= "{low}" AND {field} < "{high}"'
