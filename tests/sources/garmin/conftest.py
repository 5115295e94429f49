"""A client of the simulated Garmin, through the session that real accounts have."""

from collections.abc import Callable

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW, Target

from vitals.sources._api.session import PoliteAdapter, make_session
from vitals.sources.garmin import SPEC
from vitals.sources.garmin.client import GarminClient


class Issued:
    """A token that the simulator gave out; another one when it is refused."""

    def __init__(self, simulator: Target, account: int) -> None:
        self._new = lambda: simulator.token("garmin", account)["access_token"]
        self._token = self._new()

    def access_token(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        self._token = self._new()
        return self._token


class Unlimited:
    """Garmin documents no limits."""

    def take(self) -> None:
        pass

    def note(self, status, headers) -> None:
        pass


@pytest.fixture
def connect(target: Target) -> Callable[..., GarminClient]:  # noqa: F811
    def client(account: int = 1) -> GarminClient:
        addresses = {SPEC.base_url: f"{target.url}/garmin"}
        adapter = PoliteAdapter(
            Issued(target, account),
            Unlimited(),
            addresses,
            SPEC.explain,
            SPEC.empty_means_nothing,
            pause_seconds=0.01,
        )
        return GarminClient(make_session(adapter), f"garmin:p{account:04d}", NOW.date)

    return client
