"""A Strava account through the loader and dbt: apart from other data, unless that is allowed."""

from contextlib import closing
from datetime import date

import numpy as np
import psycopg
import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.simulator.harness import NOW

from vitals import settings
from vitals.accounts.session import session
from vitals.accounts.synthetic import connect_synthetic
from vitals.load.accounts import extract_and_load
from vitals.simulator.strava.streams import heart_stream
from vitals.simulator.truth.people import to_day, to_instant
from vitals.sources import api_providers

pytestmark = pytest.mark.slow

# Account 3 never leaves Kolkata, so its profile's zone holds for all days.
ACCOUNT, NUMBER = "strava:p0003", 3
FIRST, LAST = date(2026, 11, 15), date(2026, 11, 21)
KINDS = {"Run": "running", "Walk": "walking", "Ride": "cycling", "Yoga": "yoga"}


@pytest.fixture
def loaded(warehouse, target, make_settings, monkeypatch):  # noqa: F811
    port = target.url.rpartition(":")[2]
    values = make_settings(SYNTHETIC="true", VITALS_SIMULATOR_PORT=port)
    monkeypatch.setattr(settings, "load", lambda: values)
    connect_synthetic(warehouse.dsn, values, ["strava"], accounts=NUMBER)
    with closing(session(warehouse.dsn, api_providers()["strava"], ACCOUNT, values, 0)) as calls:
        summary = extract_and_load(
            warehouse.dsn, "strava", ACCOUNT, calls, start=FIRST, end=LAST, now=NOW
        )
    assert summary.problems == {}
    return warehouse


def allow_combining(warehouse) -> None:
    """As `make up` does when the setting has changed."""
    warehouse.environment["VITALS_NOT_COMBINED"] = ""
    warehouse.manifest = warehouse.parse()
    warehouse.dbt("run", "--select", "tag:static")
    warehouse.connection.execute("update stage.load_progress set taken_at = '-infinity'")


def test_strava_stays_apart_unless_its_owner_says_otherwise(loaded, target):  # noqa: F811
    view = target.view(NUMBER)
    exercises = view.exercises(to_day(FIRST), to_day(LAST))
    staged = "select * from stage.stg_strava__activities order by start_ts"
    found = [(row["start_ts"], row["end_ts"], row["activity_type"]) for row in loaded.rows(staged)]
    expected = [
        (to_instant(one.start), to_instant(one.end), KINDS[one.kind.strava]) for one in exercises
    ]
    assert found == expected
    assert len(expected) > 2

    loaded.transform()
    assert loaded.rows("select * from agg.daily_health") == []
    assert loaded.rows("select * from stage.dim_participant where version > 0") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="stg_strava__streams"):
        loaded.connection.execute("set role analyst; select * from stage.stg_strava__streams")
    loaded.connection.execute("reset role")

    allow_combining(loaded)
    loaded.transform()
    days = {row["local_date"]: row for row in loaded.rows("select * from agg.daily_health")}
    for day in range(to_day(FIRST), to_day(LAST) + 1):
        of_day = [one for one in exercises if one.day == day]
        row = days.get(to_instant(day * 86_400).date(), {})
        assert (row.get("activity_count") or 0) == len(of_day)
        samples = [heart_stream(view, one) for one in of_day if not one.is_manual]
        bpm = np.concatenate([part for part in samples if part is not None] or [np.array([])])
        assert (row.get("heart_rate_samples") or 0) == len(bpm)
        if len(bpm):
            assert row["heart_rate_max_bpm"] == bpm.max()
            assert row["heart_rate_min_bpm"] == bpm.min()
            assert row["participant_id"] == "p0003"
