"""One real Airflow with its servers for all tests of this folder, and a small cohort."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import psycopg
import pytest

from vitals import settings
from vitals.embedded import supervisor
from vitals.orchestration import rest
from vitals.synthetic import Cohort, fill_mongo


@dataclass(frozen=True)
class Stack:
    """What runs, and the ways to it."""

    settings: settings.Settings
    airflow: rest.Airflow
    cohort: Cohort

    def query(self, text: str, *values: object) -> list[tuple]:
        """Rows of a query in the warehouse."""
        with psycopg.connect(self.settings.warehouse_dsn) as connection:
            return connection.execute(text, values).fetchall()


@pytest.fixture(scope="session")
def stack(make_settings) -> Iterator[Stack]:
    """Everything that `make up` starts, in a home of its own."""
    given = replace(make_settings(), project=settings.PROJECT)  # for its DAGs and plugins
    lines: list[str] = []
    try:
        supervisor.up(supervisor.parts(given), lines.append)
        cohort = Cohort(participants=3, days=9, resolution_seconds=15)
        fill_mongo(cohort, given.mongo_uri)
        yield Stack(given, rest.connect(given), cohort)
    finally:
        supervisor.down(supervisor.all_parts(given), lines.append)
