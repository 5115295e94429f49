"""A Garmin account through the loader and dbt: days as the simulated person lived them."""

from contextlib import closing
from datetime import date

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW

from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.simulator.garmin.wellness import means
from vitals.simulator.truth.people import to_day, to_instant
from vitals.simulator.truth.totals import day_totals
from vitals.sources import api_providers

pytestmark = pytest.mark.slow

# Account 3 never leaves Kolkata, so its profile's zone holds for all days.
ACCOUNT, NUMBER = "garmin:p0003", 3
FIRST, LAST = date(2026, 11, 14), date(2026, 11, 20)


@pytest.fixture
def loaded(warehouse, target, make_settings):  # noqa: F811
    port = target.url.rpartition(":")[2]
    values = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    connect_synthetic(warehouse.dsn, values, ["garmin"], accounts=NUMBER)
    with closing(session(warehouse.dsn, api_providers()["garmin"], ACCOUNT, values, 0)) as calls:
        summary = extract_and_load(
            warehouse.dsn, "garmin", ACCOUNT, calls, start=FIRST, end=LAST, now=NOW
        )
    assert summary.problems == {}
    warehouse.transform()
    return warehouse


def test_days_are_what_was_lived_through(loaded, target):  # noqa: F811
    view = target.view(NUMBER)
    view_with_account = type("Asked", (), {"view": view, "account": view.account})

    samples = loaded.rows("select ts, bpm from stage.stg_garmin__heart_rate order by ts")
    expected = []
    for day in range(to_day(FIRST), to_day(LAST) + 1):
        at, bpm = means(view_with_account, day, 120)
        expected += [(to_instant(t), b) for t, b in zip(at, bpm, strict=True) if b is not None]
    assert [(row["ts"], row["bpm"]) for row in samples] == expected

    found = {row["local_date"]: row for row in loaded.rows("select * from agg.daily_health")}
    assert len(found) >= 7
    for day in range(to_day(FIRST), to_day(LAST) + 1):
        row = found[to_instant(day * 86_400).date()]
        totals, measures = day_totals(view, day), view.measures(day)
        sleeps = [one for one in view.sleeps(day, day) if one.is_main]
        assert row["participant_id"] == "p0003"
        assert row["resting_heart_rate_bpm"] == measures.resting_bpm
        assert row["spo2_mean_pct"] == measures.spo2_mean_pct
        assert row["respiratory_rate_per_min"] == measures.breaths_per_minute
        assert row["vo2_max_ml_per_kg_min"] == measures.vo2_max
        assert row["sleep_sessions"] == (len(sleeps) or None)
        if sleeps:
            assert row["sleep_minutes"] == sum(one.asleep_seconds for one in sleeps) / 60
        exercises = view.exercises(day, day)
        assert (row["activity_count"] or 0) == len(exercises)
        stated = loaded.rows(
            "select metric, value from stage.daily_measurements"
            f" where local_date = '{row['local_date']}'"
        )
        values = {one["metric"]: one["value"] for one in stated}
        assert values["step_count_daily"] == totals.steps
        assert values["calories_burned_total"] == round(totals.total_kcal)
