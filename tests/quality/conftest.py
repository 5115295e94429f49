"""A warehouse whose data is well, and one way to carry out the checks."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.dbt.fixtures import a_warehouse
from tests.dbt.warehouse import Warehouse

from vitals import settings
from vitals.orchestration.data_tests import TESTS, run_tests
from vitals.quality import store
from vitals.quality.results import CheckResult
from vitals.quality.settings import QualitySettings


@dataclass
class Checked:
    """A warehouse that is checked as the DAG does it."""

    warehouse: Warehouse
    given: settings.Settings
    runs: int = 0

    @property
    def dsn(self) -> str:
        return self.warehouse.dsn

    def check(
        self, *select: str, everything: bool = False, keep: QualitySettings | None = None
    ) -> dict[str, CheckResult]:
        """Carry out some checks, or all; returns the results by name."""
        self.runs += 1
        run_id = f"manual__{self.runs}"
        scope = store.start_run(self.dsn, run_id, everything)
        chosen = ("--select", *select) if select else TESTS
        results = run_tests(self.dsn, self.given, scope, chosen, self.warehouse.manifest)
        store.finish_run(self.dsn, run_id, results)
        store.tidy(self.dsn, keep or QualitySettings())
        assert sorted(store.read_results(self.dsn, run_id), key=by_name) == sorted(
            results, key=by_name
        )
        return {result.check_name: result for result in results}

    def sql(self, statement: str) -> None:
        self.warehouse.connection.execute(statement)


def by_name(result: CheckResult) -> str:
    return result.check_name


def stream(warehouse: Warehouse, events: int) -> None:
    """One load of heart-rate events, a minute apart."""
    load_id = warehouse.load("heart_rates", source="stream")
    warehouse.connection.execute(
        "insert into raw.stream__heart_rates (topic, kafka_partition, kafka_offset, ts, user_id,"
        " heart_rate_bpm, load_id) select 'heart_rates', 0, n,"
        " '2025-06-10 10:00+00'::timestamptz + make_interval(mins => n), 'p1', 70, %s"
        " from generate_series(1, %s) as n",
        [load_id, events],
    )
    warehouse.connection.execute(
        "update raw.loads set rows_read = %s, rows_loaded = %s where load_id = %s",
        [events, events, load_id],
    )


@pytest.fixture(scope="module")
def checked(parsed, server, postgres_dsn, dbt_target, make_settings) -> Iterator[Checked]:
    """Two people with a watch each, a night, three days; everything is transformed."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        for number in (1, 2):
            person = {"user_id": f"p{number}", "devices": [f"d{number}"], "gender": "female",
                      "country": "NO"}  # fmt: skip
            warehouse.users(person)
            for day in (10, 11, 12):
                minutes = [(f"2025-06-{day} 10:{minute:02}", 60 + minute) for minute in range(30)]
                warehouse.heart_rates(f"d{number}", *minutes)
                warehouse.steps(f"d{number}", *((at, 20) for at, _ in minutes))
            warehouse.sleeps(f"d{number}", ("2025-06-10 22:00", "2025-06-11 06:00"))
        stream(warehouse, 40)
        warehouse.transform()
        yield Checked(warehouse, make_settings())
