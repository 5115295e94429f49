"""One real Airflow with its servers for all tests of this folder, and a small cohort."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from tests.waiting import wait_until

from vitals import settings
from vitals.embedded import supervisor
from vitals.orchestration import rest
from vitals.synthetic import Cohort, fill_mongo

PEOPLE = 2  # of the provider simulator
BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"
BUNDLES = [
    {"name": "dags-folder", "classpath": BUNDLE, "kwargs": {}},
    {
        "name": "tests",
        "classpath": BUNDLE,
        "kwargs": {"path": str(Path(__file__).with_name("dags"))},
    },
]


@dataclass(frozen=True)
class Stack:
    """What runs, and the ways to it."""

    settings: settings.Settings
    airflow: rest.Airflow
    cohort: Cohort
    quiet_ports: dict[str, int]  # nobody listens there

    def query(self, text: str, *values: object) -> list[tuple]:
        """Rows of a query in the warehouse."""
        with psycopg.connect(self.settings.warehouse_dsn) as connection:
            return connection.execute(text, values).fetchall()


@pytest.fixture(scope="session")
def stack(make_settings, free_port) -> Iterator[Stack]:
    """Everything that `make up` starts, in a home of its own, with simulated providers."""
    quiet_ports = {"later": free_port(), "never": free_port()}
    isolated = make_settings(
        SYNTHETIC="true",
        VITALS_SYNTHETIC_ACCOUNTS=str(PEOPLE),
        VITALS_HISTORY_DAYS="3",
        VITALS_EXPORT_INBOX="s3://exports/inbox",
        **{f"VITALS_TESTS_PORT_{name.upper()}": str(port) for name, port in quiet_ports.items()},
        AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST=json.dumps(BUNDLES),
    )
    given = replace(isolated, project=settings.PROJECT)  # for its DAGs and plugins
    lines: list[str] = []
    try:
        supervisor.up(supervisor.parts(given), lines.append)
        cohort = Cohort(participants=3, days=9, resolution_seconds=15)
        fill_mongo(cohort, given.mongo_uri)
        airflow = rest.connect(given)
        wait_for_dags(airflow)
        yield Stack(given, airflow, cohort, quiet_ports)
    finally:
        supervisor.down(supervisor.all_parts(given), lines.append)


def wait_for_dags(airflow: rest.Airflow) -> None:
    """Until Airflow has read every file of both bundles."""
    files = [*settings.PROJECT.glob("dags/*.py"), *Path(__file__).parent.glob("dags/*.py")]

    def read() -> set[str]:
        return {dag["fileloc"] for dag in airflow.call("GET", "/dags?limit=100")["dags"]}

    wait_until(lambda: len(read()) >= len(files), seconds=600, pause=1)
