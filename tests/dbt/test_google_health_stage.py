"""A Google Health account through the loader and dbt: days as the simulated person lived them."""

from contextlib import closing

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW, TODAY

from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.simulator.truth.people import to_date
from vitals.simulator.truth.totals import day_totals
from vitals.sources import api_providers

pytestmark = pytest.mark.slow

# Account 3 never leaves Kolkata, so its profile's zone holds for all days.
ACCOUNT, NUMBER = "google_health:p0003", 3
DAYS = range(TODAY - 5, TODAY - 1)
FIRST, LAST = to_date(DAYS[0]), to_date(DAYS[-1])


@pytest.fixture
def loaded(warehouse, target, make_settings):  # noqa: F811
    port = target.url.rpartition(":")[2]
    values = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    connect_synthetic(warehouse.dsn, values, ["google_health"], accounts=NUMBER)
    spec = api_providers()["google_health"]
    with closing(session(warehouse.dsn, spec, ACCOUNT, values, 0)) as calls:
        summary = extract_and_load(
            warehouse.dsn, "google_health", ACCOUNT, calls, start=FIRST, end=LAST, now=NOW
        )
    assert summary.problems == {}
    warehouse.transform()
    return warehouse


def test_daily_health_equals_the_truth(loaded, target):  # noqa: F811
    view = target.view(NUMBER)
    rows = {row["local_date"]: row for row in loaded.rows("select * from agg.daily_health")}
    days = [day_totals(view, day) for day in DAYS]
    assert sum(one.worn_minutes for one in days) > 3_000
    for one in days:
        row, measures = rows[to_date(one.day)], view.measures(one.day)
        assert row["participant_id"] == "p0003" and row["timezone"] == "Asia/Kolkata"
        assert row["steps"] == one.steps
        assert row["distance_m"] == pytest.approx(one.distance_mm / 1_000)
        assert row["floors_climbed"] == one.floors
        assert row["active_energy_kcal"] == pytest.approx(one.active_kcal)
        assert row["heart_rate_samples"] == one.heart_rate_samples
        assert row["heart_rate_mean_bpm"] == pytest.approx(one.heart_rate_mean)
        assert row["wear_minutes"] == one.worn_minutes
        assert row["resting_heart_rate_bpm"] == measures.resting_bpm
        assert row["hrv_rmssd_ms"] == measures.hrv_rmssd_ms
        assert row["sleep_minutes"] == pytest.approx((one.sleep_seconds or 0) / 60)
        assert row["activity_count"] == (len(view.exercises(one.day, one.day)) or None)
    types = loaded.values("select distinct activity_type from stage.activities")
    assert set(types) <= {"running", "walking", "cycling", "yoga"}

    loaded.dbt("test", "--select", "path:models/stage/google_health")

    # A few days fit into one page: only then is reading all of them cheaper.
    loaded.connection.execute("set enable_seqscan = off")
    plan = loaded.values(
        "explain select * from stage.stg_google_health__heart_rate"
        f" where device_id = '{ACCOUNT}' and source_ts >= '{FIRST}' and source_ts < '{LAST}'"
    )
    assert "Index" in "\n".join(plan) and "Filter" not in "\n".join(plan)
