"""A small warehouse made by dbt, and the API on it as a process of its own, spoken to over HTTP."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.dbt.fixtures import a_warehouse, set_aside
from tests.dbt.warehouse import Warehouse, at
from tests.waiting import wait_until

from vitals.api import studies, tokens

PLUGINS = Path(__file__).parents[2] / "plugins"
PASSWORD = "api of the tests"

# Clocks in Oslo go back on 2025-10-26 at 01:00 UTC.
OSLO = {"user_id": "p1", "devices": ["d1"], "time_zone": "Europe/Oslo", "gender": "female",
        "dob": at("1980-06-15").date(), "country": "NO"}  # fmt: skip
DELHI = {"user_id": "p2", "devices": ["d2"], "time_zone": "Asia/Kolkata", "gender": "male"}
SILENT = {"user_id": "p3", "devices": ["d3"]}


@dataclass(frozen=True)
class Api:
    """The running API and tokens for it."""

    url: str
    warehouse: Warehouse
    everything: str
    of_p1: str
    of_study: str
    process: subprocess.Popen

    def client(self, token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=120)


@pytest.fixture(scope="session")
def api_warehouse(parsed, server, postgres_dsn, dbt_target) -> Iterator[Warehouse]:
    """Two weeks of two people around a change of clocks, with gaps; a third who never synced."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        fill(warehouse)
        warehouse.transform()
        set_aside(server, warehouse, "api_warehouse")
        yield warehouse


def fill(warehouse: Warehouse) -> None:
    """Heart rate and steps from 6 to 22 o'clock UTC, but for a gap; nights; an account."""
    warehouse.users(OSLO, DELHI, SILENT)
    for device, first, last in (("d1", 20, 30), ("d2", 24, 27)):
        begin, end = at(f"2025-10-{first} 06:00"), at(f"2025-10-{last} 21:59:30")
        _series(warehouse, "heart_rates", device, begin, end, "heart_rates.sql")
        _series(warehouse, "steps", device, begin, end, "steps.sql")
    # The night in which an hour occurs twice.
    night = (at("2025-10-26 00:00"), at("2025-10-26 03:59"))
    _series(warehouse, "heart_rates", "d1", *night, "night.sql")
    stages = [("2025-10-25 21:00", "light", 7200), ("2025-10-25 23:00", "deep", 7200),
              ("2025-10-26 01:00", "rem", 3600), ("2025-10-26 02:00", "wake", 600)]  # fmt: skip
    warehouse.sleeps("d1", ("2025-10-25 21:00", "2025-10-26 05:00", stages))
    warehouse.sleeps("d1", ("2025-10-27 22:00", "2025-10-28 05:30"))
    _add_operations(warehouse)


def _series(
    warehouse: Warehouse, resource: str, device: str, first: datetime, last: datetime, file: str
) -> None:
    load_id = warehouse.load(resource)
    given = {"device_id": device, "first": first, "last": last, "load_id": load_id}
    warehouse.connection.execute((Path(__file__).parent / file).read_text(), given)
    warehouse.touch(load_id, resource, device, [first, last])


def _add_operations(warehouse: Warehouse) -> None:
    load_id = warehouse.load("heart_rates")
    warehouse.connection.execute(
        "insert into raw.rejected_records"
        " (source, resource, record_id, field, reason, payload, load_id, record_hash)"
        " values ('iot', 'heart_rates', 'x:1', 'bpm', 'bpm must be 25 to 250, not 700',"
        " '{\"email\": \"ada@example.org\"}', %s, sha256('x'))",
        [load_id],
    )
    warehouse.connection.execute(
        "insert into accounts.accounts (account_id, provider, participant_id, provider_user_id)"
        " values ('garmin:p1', 'garmin', 'p1', 'ada@example.org')"
    )


@pytest.fixture(scope="session")
def api(api_warehouse, free_port) -> Iterator[Api]:
    """The API on that warehouse, with its own login."""
    made = api_warehouse.connection
    made.execute(f"alter role api login password '{PASSWORD}'")
    with psycopg.connect(api_warehouse.dsn, autocommit=True) as connection:
        studies.add(connection, "sleep", ["p1", "p3"])
        texts = [
            tokens.create(connection, "tests", lifetime=timedelta(days=1), **shown).text
            for shown in ({}, {"participant_id": "p1"}, {"study": "sleep"})
        ]
    with serving(api_warehouse.dsn, free_port()) as (url, process):
        yield Api(url, api_warehouse, *texts, process)


class serving:  # noqa: N801  (reads as a verb where it is used)
    """An API process on a warehouse until the block ends."""

    def __init__(self, dsn: str, port: int, **environment: str) -> None:
        login = {**conninfo_to_dict(dsn), "user": "api", "password": PASSWORD}
        self._url = f"http://127.0.0.1:{port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PLUGINS),
            "VITALS_HOME": "/nonexistent",
            "VITALS_API_PORT": str(port),
            "VITALS_API_DSN": make_conninfo("", **login),
            "VITALS_API_REQUESTS_PER_MINUTE": "100000",
            **environment,
        }

    def __enter__(self) -> tuple[str, subprocess.Popen]:
        command = [sys.executable, "-m", "vitals.api"]
        self._process = subprocess.Popen(command, env=self._environment)
        try:
            wait_until(lambda: self._process.poll() is not None or self._is_well())
            assert self._process.poll() is None, "the API ended at once"
        except BaseException:
            self._process.kill()
            raise
        return self._url, self._process

    def _is_well(self) -> bool:
        try:
            return httpx.get(f"{self._url}/health", timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    def __exit__(self, *error: Any) -> None:
        self._process.terminate()
        self._process.wait(60)


@pytest.fixture(scope="session")
def everything(api) -> Iterator[httpx.Client]:
    """A client that may see everything."""
    with api.client(api.everything) as client:
        yield client


@pytest.fixture
def accesses(api) -> Callable[[], list[dict[str, Any]]]:
    """What was written into the book of accesses since the test began."""
    newest = "select coalesce(max(access_id), 0) from api.accesses"
    [before] = api.warehouse.values(newest)
    return lambda: api.warehouse.rows(
        f"select * from api.accesses where access_id > {before} order by access_id"
    )
