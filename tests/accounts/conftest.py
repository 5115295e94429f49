"""A simulator over HTTP, a TimescaleDB, and settings that point from one to the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
import requests

from vitals import settings as configuration
from vitals.accounts import store, synthetic
from vitals.accounts.vault import Vault
from vitals.simulator.server import RunningSimulator, running
from vitals.simulator.state import Options
from vitals.sources import api_providers


@dataclass(frozen=True)
class World:
    """What the tests of accounts work with."""

    dsn: str
    settings: configuration.Settings
    served: RunningSimulator

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Call a switch of the simulator."""
        url = f"{self.served.url}/_simulator{path}"
        answer = requests.request(method, url, json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def connect(self, provider: str, number: int = 1, expires_in: int | None = None) -> str:
        """Connect a simulated person; returns the account id."""
        spec = api_providers()[provider]
        answer = {"provider": provider, "account": number, "expires_in": expires_in}
        tokens = self.admin("POST", "/tokens", {k: v for k, v in answer.items() if v is not None})
        account = store.connect_account(
            self.dsn,
            self.vault,
            provider,
            f"p{number:04d}",
            synthetic.as_tokens(spec, tokens),
            is_synthetic=True,
        )
        return account.account_id

    @property
    def vault(self) -> Vault:
        """What encrypts the tokens."""
        return Vault(self.settings.secrets.token_key)

    def query(self, text: str, *values: object) -> list[tuple]:
        """Rows of a query, as the owner of the warehouse."""
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(text, values).fetchall()

    def execute(self, text: str) -> None:
        """Change something, as the owner of the warehouse."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(text)

    def environment(self) -> dict[str, str]:
        """What another process needs to see the same world."""
        return {
            **self.settings.environment,
            "AIRFLOW_CONN_VITALS_WAREHOUSE": self.dsn,
            "VITALS_TOKEN_KEY": self.settings.secrets.token_key,
        }


@pytest.fixture(scope="package")
def simulator() -> Iterator[RunningSimulator]:
    with running(Options(accounts=4)) as served:
        yield served


@pytest.fixture
def world(
    simulator: RunningSimulator, make_settings: Callable, warehouse_dsn: str
) -> Iterator[World]:
    port = simulator.url.rpartition(":")[2]
    given = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    made = World(warehouse_dsn, replace(given, warehouse_connection=warehouse_dsn), simulator)
    made.admin("POST", "/reset")
    made.admin("DELETE", "/requests")
    yield made
