"""A client of the simulated Strava, through the session that real accounts have."""

from collections.abc import Callable

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import Target

from vitals.sources._api.session import PoliteAdapter, make_session
from vitals.sources.strava import SPEC
from vitals.sources.strava.client import StravaClient


class Issued:
    """A token that the simulator gave out; another one when it is refused."""

    def __init__(self, simulator: Target, account: int, scopes: list[str] | None) -> None:
        extra = {"scopes": scopes} if scopes else {}
        self._new = lambda: simulator.token("strava", account, **extra)["access_token"]
        self._token = self._new()

    def access_token(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        self._token = self._new()
        return self._token


class Counted:
    """Remembers what the answers told about the limits."""

    def __init__(self) -> None:
        self.usages: list[list] = []

    def take(self) -> None:
        pass

    def note(self, status, headers) -> None:
        self.usages.append(SPEC.read_usage(headers))


@pytest.fixture
def meter() -> Counted:
    return Counted()


@pytest.fixture
def connect(target: Target, meter: Counted) -> Callable[..., StravaClient]:  # noqa: F811
    def client(
        account: int = 1, scopes: list[str] | None = None, keep_location: bool = False
    ) -> StravaClient:
        addresses = {SPEC.base_url: f"{target.url}/strava/api/v3"}
        tokens = Issued(target, account, scopes)
        adapter = PoliteAdapter(tokens, meter, addresses, SPEC.explain, pause_seconds=0.01)
        return StravaClient(make_session(adapter), f"strava:p{account:04d}", keep_location)

    return client
