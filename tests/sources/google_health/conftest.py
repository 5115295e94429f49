"""A client of the simulated Google Health, through the session that real accounts have."""

from collections.abc import Callable

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import Target

from vitals.sources._api.session import PoliteAdapter, make_session
from vitals.sources.google_health import SPEC
from vitals.sources.google_health.client import GoogleHealthClient


class Issued:
    """A token that the simulator gave out; another one when it is refused."""

    def __init__(self, simulator: Target, account: int, **extra) -> None:
        self._new = lambda: simulator.token("google_health", account, **extra)["access_token"]
        self._token = self._new()

    def access_token(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        self._token = self._new()
        return self._token


class Counted:
    """Remembers the statuses of the answers that were counted."""

    def __init__(self) -> None:
        self.taken = 0
        self.statuses: list[int] = []

    def take(self) -> None:
        self.taken += 1

    def note(self, status, headers) -> None:
        self.statuses.append(status)


@pytest.fixture
def meter() -> Counted:
    return Counted()


@pytest.fixture
def connect(target: Target, meter: Counted) -> Callable[..., GoogleHealthClient]:  # noqa: F811
    def client(account: int = 1, **token) -> GoogleHealthClient:
        addresses = {SPEC.base_url: f"{target.url}/google_health"}
        adapter = PoliteAdapter(
            Issued(target, account, **token), meter, addresses, SPEC.explain, pause_seconds=0.01
        )
        return SPEC.make_client(make_session(adapter), f"google_health:p{account:04d}")

    return client
