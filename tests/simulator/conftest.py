"""One simulator for all tests of this folder, on a frozen morning; faults and limits reset each time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from vitals.simulator.server import RunningSimulator, running
from vitals.simulator.state import Options
from vitals.simulator.truth import Truth, View
from vitals.simulator.truth.people import to_day

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = to_day(NOW.date())
ACCOUNTS = 6


@dataclass(frozen=True)
class Target:
    """The running simulator as a test uses it: over HTTP, and the truth to compare with."""

    url: str
    running: RunningSimulator

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Call a switch."""
        answer = requests.request(method, f"{self.url}/_simulator{path}", json=body, timeout=10)
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

    def view(self, account: int = 1) -> View:
        """What the providers know of an account, from a truth of our own."""
        truth = Truth(1, ACCOUNTS)
        truth.restatements = self.running.simulator.truth.restatements
        return truth.view(truth.account(account), int(NOW.timestamp()))


Get = Callable[..., requests.Response]


@pytest.fixture(scope="session")
def served() -> Iterator[RunningSimulator]:
    with running(Options(seed=1, accounts=ACCOUNTS, now=NOW, frozen=True)) as simulator:
        yield simulator


@pytest.fixture
def target(served: RunningSimulator) -> Target:
    target = Target(served.url, served)
    target.admin("POST", "/reset")
    target.admin("POST", "/clock", {"now": NOW.isoformat(), "frozen": True})
    for provider in ("google_health", "fitbit", "strava", "garmin"):
        target.set(provider, enforces_limits=False)
    return target


@pytest.fixture
def get(target: Target) -> Get:
    """GET a provider's path as an account with all scopes."""
    tokens: dict[tuple[str, int], str] = {}

    def ask(provider: str, path: str, account: int = 1, token: str | None = None, **options: Any):
        key = (provider, account)
        if token is None and key not in tokens:
            tokens[key] = target.token(provider, account)["access_token"]
        headers = {"Authorization": f"Bearer {token or tokens[key]}"} | options.pop("headers", {})
        url = f"{target.url}/{provider}{path}"
        method = "POST" if "json" in options or "data" in options else "GET"
        timeout = options.pop("timeout", 10)
        return requests.request(method, url, headers=headers, timeout=timeout, **options)

    return ask
