"""A client of the simulated Fitbit, through the session that real accounts have."""

from collections.abc import Callable

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import Target

from vitals.sources._api.session import PoliteAdapter, make_session
from vitals.sources.fitbit import SPEC
from vitals.sources.fitbit.client import FitbitClient


class Issued:
    """A token that the simulator gave out; another one when it is refused."""

    def __init__(self, simulator: Target, account: int) -> None:
        self._new = lambda: simulator.token("fitbit", account)["access_token"]
        self._token = self._new()

    def access_token(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        self._token = self._new()
        return self._token


class Counted:
    """Remembers the answers that were counted."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, list]] = []

    def take(self) -> None:
        pass

    def note(self, status, headers) -> None:
        self.answers.append((status, SPEC.read_usage(headers)))


@pytest.fixture
def meter() -> Counted:
    return Counted()


@pytest.fixture
def connect(target: Target, meter: Counted) -> Callable[..., FitbitClient]:  # noqa: F811
    def client(account: int = 1) -> FitbitClient:
        addresses = {SPEC.base_url: f"{target.url}/fitbit"}
        adapter = PoliteAdapter(
            Issued(target, account), meter, addresses, SPEC.explain, pause_seconds=0.01
        )
        return SPEC.make_client(make_session(adapter), f"fitbit:p{account:04d}")

    return client
