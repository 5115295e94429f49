"""A warehouse into which simulated accounts are read, and a lake that keeps what they answered."""

import uuid
from contextlib import closing
from dataclasses import dataclass

import psycopg
import pytest
from tests.archive.conftest import (  # noqa: F401 - fixtures
    ministack_client,
    moto,
    moto_client,
    s3_client,
)
from tests.simulator.conftest import prepare, served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW, Target

from vitals import settings, warehouse
from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.lake.store import Lake
from vitals.load import accounts, backfill
from vitals.sources import api_providers

FITBIT = api_providers()["fitbit"]
DAYS = 5
# Small and different: versions, minutes, daily rows, sessions with an id.
RESOURCES = ["profiles", "devices", "steps", "heart_rate_daily", "sleep"]


@dataclass(frozen=True)
class Rig:
    """Reads accounts of the simulator into a warehouse and a lake."""

    dsn: str
    values: settings.Settings
    simulator: Target
    lake: Lake

    def connect(self, provider: str, people: int = 2) -> None:
        connect_synthetic(self.dsn, self.values, [provider], accounts=people)

    def load(self, account_id: str = "fitbit:p0001", **arguments):
        provider = account_id.partition(":")[0]
        if provider == "fitbit":
            arguments.setdefault("resources", RESOURCES)
        arguments.setdefault("now", NOW)
        arguments.setdefault("lake", self.lake)
        spec = api_providers()[provider]
        with closing(session(self.dsn, spec, account_id, self.values, 0)) as opened:
            return accounts.extract_and_load(
                self.dsn, provider, account_id, opened, progress=str, **arguments
            )

    def fill(self, account_id: str = "fitbit:p0001", **arguments) -> None:
        """Read what was never read, the newest days first."""
        with closing(session(self.dsn, FITBIT, account_id, self.values, 0)) as opened:
            backfill.fill_gaps(
                self.dsn, "fitbit", account_id, opened, RESOURCES, lake=self.lake, **arguments
            )

    def fetch(self, query: str, values=None, dsn: str | None = None) -> list[tuple]:
        with warehouse.connect(dsn or self.dsn) as connection:
            return connection.execute(query, values).fetchall()

    def execute(self, query: str, values=None) -> None:
        with warehouse.connect(self.dsn, autocommit=True) as connection:
            connection.execute(query, values)


def new_lake(s3_client) -> Lake:  # noqa: F811
    """An empty lake in a bucket of its own."""
    return Lake(s3_client, f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def lake(s3_client) -> Lake:  # noqa: F811
    return new_lake(s3_client)


def values_of(target: Target, make_settings) -> settings.Settings:  # noqa: F811
    port = target.url.rpartition(":")[2]
    return make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port, VITALS_HISTORY_DAYS=DAYS)


@pytest.fixture
def rig(warehouse_dsn, make_settings, target, lake, monkeypatch) -> Rig:  # noqa: F811
    monkeypatch.setenv("VITALS_HISTORY_DAYS", str(DAYS))
    made = Rig(warehouse_dsn, values_of(target, make_settings), target, lake)
    made.connect("fitbit")
    return made


def rows_of(dsn: str, left_out: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Every row of every table of raw as JSON, without some columns."""
    with psycopg.connect(dsn, options="-c timezone=UTC") as connection:
        # What dlt notes about its own runs is not data.
        query = "select tablename from pg_tables where schemaname = 'raw' and tablename !~ '^_dlt'"
        tables = [row[0] for row in connection.execute(query)]
        found = {}
        for table in tables:
            ignored = list(left_out.get(table, ("seen_at",)))
            query = f"select (to_jsonb(t) - %s::text[])::text from raw.{table} as t order by 1"
            found[table] = [row[0] for row in connection.execute(query, [ignored])]
    return found
