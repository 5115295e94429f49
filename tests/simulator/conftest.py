"""One simulator for all tests of this folder, at a frozen noon; reset before each test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from tests.simulator.harness import ACCOUNTS, NOW, Target

from vitals.simulator.server import running
from vitals.simulator.state import Options
from vitals.simulator.truth import Truth

Get = Callable[..., requests.Response]


@pytest.fixture(scope="session")
def served() -> Iterator[Target]:
    options = Options(seed=1, accounts=ACCOUNTS, now=NOW, frozen=True)
    with running(options) as simulator, requests.Session() as session:
        yield Target(simulator, session, Truth(1, ACCOUNTS))


@pytest.fixture
def target(served: Target) -> Target:
    return prepare(served)


def prepare(served: Target) -> Target:
    """Put a simulator back to its beginning, without limits."""
    served.admin("POST", "/reset")
    served.truth.clear_restatements()
    served.admin("POST", "/clock", {"now": NOW.isoformat(), "frozen": True})
    unlimited = {"enforces_limits": False}
    served.admin("POST", "/settings", dict.fromkeys(served.running.simulator.settings, unlimited))
    return served


@pytest.fixture
def get(target: Target) -> Get:
    """GET (or POST) a provider's path as an account with all scopes."""
    tokens: dict[tuple[str, int], str] = {}

    def ask(provider: str, path: str, account: int = 1, token: str | None = None, **options: Any):
        key = (provider, account)
        if token is None and key not in tokens:
            tokens[key] = target.token(provider, account)["access_token"]
        headers = {"Authorization": f"Bearer {token or tokens[key]}"} | options.pop("headers", {})
        method = "POST" if "json" in options or "data" in options else "GET"
        options.setdefault("timeout", 60)
        url = f"{target.url}/{provider}{path}"
        return target.session.request(method, url, headers=headers, **options)

    return ask
