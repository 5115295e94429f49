"""One person in several sources: each figure of a day is counted once, from the best of them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from tests.dbt.fixtures import a_warehouse
from tests.dbt.warehouse import Warehouse
from tests.exports.conftest import Imports, person
from tests.simulator.conftest import prepare, served  # noqa: F401 - fixture
from tests.simulator.harness import Target

from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.simulator.truth.people import to_date, to_day
from vitals.simulator.truth.totals import DayTotals, day_totals
from vitals.sources import api_providers

pytestmark = pytest.mark.slow

FIRST, LAST = date(2026, 3, 10), date(2026, 3, 14)
# The account is read for some of the days of the export, the watch worn on one of them.
OF_ACCOUNT, OF_WATCH = (date(2026, 3, 12), date(2026, 3, 14)), date(2026, 3, 13)
RESOURCES = ["profiles", "steps", "daily_steps", "distance", "sleep", "heart_rate"]
BOTH_TREES, ALL = "both", "p0001"

Day = dict[str, Any]


@pytest.fixture(scope="module")
def days(
    parsed,
    server,
    postgres_dsn,
    dbt_target,
    generate,
    view,
    served: Target,  # noqa: F811
    make_settings,
) -> Iterator[dict[tuple[str, date], Day]]:
    """Rows of daily_health by participant and date."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        imports = Imports(warehouse.dsn, view)
        trees = [generate(kind, FIRST, LAST) for kind in ("takeout", "google")]
        imports.load(*trees, person=person(view, participant_id=BOTH_TREES))
        imports.load(trees[0], person=person(view, participant_id=ALL))
        _read_account(warehouse, make_settings, prepare(served))
        _wear_watch(warehouse)
        warehouse.transform()
        rows = warehouse.rows("select * from agg.daily_health")
        yield {(row["participant_id"], row["local_date"]): row for row in rows}


def _read_account(warehouse: Warehouse, make_settings, simulator: Target) -> None:
    """Some days of the same person at Google Health."""
    port = simulator.url.rpartition(":")[2]
    values = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    [account] = connect_synthetic(warehouse.dsn, values, ["google_health"], accounts=1)
    assert account.participant_id == ALL
    spec = api_providers()["google_health"]
    with closing(session(warehouse.dsn, spec, account.account_id, values)) as calls:
        summary = extract_and_load(
            warehouse.dsn,
            "google_health",
            account.account_id,
            calls,
            resources=RESOURCES,
            start=OF_ACCOUNT[0],
            end=OF_ACCOUNT[1],
            progress=str,
        )
    assert not summary.problems


def _wear_watch(warehouse: Warehouse) -> None:
    """A study watch that the same person wore for three minutes at noon."""
    zones = [{"valid_from": None, "time_zone": "Europe/Paris"}]
    warehouse.users({"user_id": ALL, "devices": ["study-watch"], "time_zone": zones})
    noon = [f"{OF_WATCH} 11:0{minute}" for minute in range(3)]
    warehouse.steps("study-watch", *((minute, 40) for minute in noon))
    warehouse.heart_rates("study-watch", *((minute, 90) for minute in noon))


def truth(view, day: date) -> DayTotals:
    return day_totals(view, to_day(day))


def test_both_trees_of_a_takeout_count_once(days, view):
    for number in range(to_day(FIRST), to_day(LAST) + 1):
        day, totals = days[BOTH_TREES, to_date(number)], day_totals(view, number)
        found = (day["steps"], day["heart_rate_samples"], day["wear_minutes"])
        assert found == (totals.steps, totals.heart_rate_samples, totals.worn_minutes)
        assert day["distance_m"] == pytest.approx(totals.distance_mm / 1_000)
        assert day["total_energy_kcal"] == pytest.approx(totals.total_kcal)
        # One source for each figure; sleep as Google counts it.
        assert set(day["sources"].values()) <= {"google_health_export", "fitbit_export"}
        assert day["sources"]["steps"] == day["sources"]["sleep"] == "google_health_export"
        assert day["sleep_minutes"] == pytest.approx(totals.sleep_seconds / 60)
        assert day["activity_count"] == (len(view.exercises(number, number)) or None)


@pytest.mark.parametrize("day", [date(2026, 3, 10), date(2026, 3, 11)])
def test_an_export_alone_gives_all_figures(days, view, day):
    row = days[ALL, day]
    chosen = {row["sources"][group] for group in ("steps", "distance", "sleep", "heart_rate")}
    assert chosen == {"fitbit_export"}
    assert (row["steps"], row["wear_minutes"]) == (
        truth(view, day).steps,
        truth(view, day).worn_minutes,
    )


@pytest.mark.parametrize("day", [date(2026, 3, 12), date(2026, 3, 14)])
def test_an_account_goes_before_an_export(days, view, day):
    row, totals = days[ALL, day], truth(view, day)
    assert {row["sources"][group] for group in ("steps", "distance", "sleep", "heart_rate")} == {
        "google_health"
    }
    # Which this account was not asked for.
    assert row["sources"]["total_energy"] == "fitbit_export"
    assert row["steps"] == totals.steps
    assert row["distance_m"] == pytest.approx(totals.distance_mm / 1_000)
    assert row["total_energy_kcal"] == pytest.approx(totals.total_kcal)
    assert row["sleep_minutes"] == pytest.approx(totals.sleep_seconds / 60)
    assert row["heart_rate_samples"] == totals.heart_rate_samples


def test_the_study_watch_goes_before_both(days, view):
    row, totals = days[ALL, OF_WATCH], truth(view, OF_WATCH)
    assert (row["steps"], row["heart_rate_samples"], row["wear_minutes"]) == (120, 3, 3)
    assert row["distance_m"] == pytest.approx(totals.distance_mm / 1_000)
    chosen = {group: row["sources"][group] for group in ("steps", "heart_rate", "distance")}
    assert chosen == {"steps": "iot", "heart_rate": "iot", "distance": "google_health"}
    assert row["sources"]["sleep"] == "google_health"
    assert row["sources"]["total_energy"] == "fitbit_export"
