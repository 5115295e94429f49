"""Wall-clock times of Fitbit become the instants that the simulated people lived through."""

from datetime import UTC, date, datetime

import numpy as np
import psycopg
import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
from tests.sources.fitbit.conftest import connect, meter  # noqa: F401 - fixtures

from vitals.simulator.truth.people import to_day, to_instant
from vitals.simulator.truth.totals import day_totals
from vitals.simulator.truth.zones import history
from vitals.sources._api.spec import DateWindow
from vitals.sources.fitbit import SPEC

pytestmark = pytest.mark.slow

ACCOUNT = "fitbit:p0001"
AUTUMN, WESTWARD, EASTWARD = date(2026, 10, 25), date(2026, 11, 6), date(2026, 11, 13)
DAYS = (AUTUMN, WESTWARD, EASTWARD)


def store(dsn, resource, rows):
    """Rows as the loader would write them."""
    names = ["account_id", *rows.column_names, "load_id"]
    with psycopg.connect(dsn, autocommit=True) as connection, connection.cursor() as cursor:
        load_id = cursor.execute(
            "insert into raw.loads (source, resource, mode, status, rows_read, rows_loaded)"
            " values ('fitbit', %s, 'window', 'done', %s, %s) returning load_id",
            [resource, rows.num_rows, rows.num_rows],
        ).fetchone()[0]
        columns = ", ".join(names)
        with cursor.copy(f"copy raw.fitbit__{resource} ({columns}) from stdin") as copy:
            for row in rows.to_pylist():
                copy.write_row([ACCOUNT, *row.values(), load_id])


@pytest.fixture
def loaded(warehouse, connect, target):  # noqa: F811
    """Some hard days of account 1, with its profile read whenever its zone had changed."""
    client, account = connect(1), target.view(1).account
    profile = client.fetch("profiles", DateWindow(EASTWARD, EASTWARD)).rows
    for at, zone in history(
        account, to_day(date(2026, 10, 1)) * 86_400, to_day(EASTWARD) * 86_400 + 86_399
    ):
        there = profile.set_column(1, "time_zone", [[zone]])
        store(warehouse.dsn, "profiles", there.append_column("seen_at", [[to_instant(at)]]))
    for resource in SPEC.resources:
        if resource.keeps == "days":
            for day in DAYS:
                rows = client.fetch(resource.name, DateWindow(day, day)).rows
                store(warehouse.dsn, resource.name, rows)
    warehouse.transform()
    return warehouse


def instants(values):
    return [datetime.fromtimestamp(value, UTC) for value in values]


def test_stage_finds_what_was_lived_through(loaded, target):  # noqa: F811
    view = target.view(1)
    for day in DAYS:
        at, bpm = view.heart_of_civil_day(to_day(day))
        samples = loaded.rows(
            f"select ts, bpm, local_date from stage.stg_fitbit__heart_rate"
            f" where device_id = '{ACCOUNT}' and local_date = '{day}' order by ts"
        )
        assert [row["ts"] for row in samples] == instants(at.tolist()), day
        assert [row["bpm"] for row in samples] == bpm.tolist()

        table = view.minutes_of_civil_day(to_day(day))
        walked = table.where(table.steps > 0)
        minutes = loaded.rows(
            f"select ts, steps from stage.stg_fitbit__steps where local_date = '{day}' order by ts"
        )
        assert [row["ts"] for row in minutes] == instants(walked.start.tolist()), day
        assert [row["steps"] for row in minutes] == walked.steps.tolist()
        burnt = loaded.rows(
            "select count(distinct ts) as minutes, sum(total_energy_kcal) as kcal"
            f" from stage.stg_fitbit__calories where local_date = '{day}'"
        )[0]
        assert burnt["minutes"] == len(table.start)
        np.testing.assert_allclose(burnt["kcal"], day_totals(view, to_day(day)).total_kcal)

    sleeps = [one for day in DAYS for one in view.sleeps(to_day(day), to_day(day))]
    found = loaded.rows("select * from stage.stg_fitbit__sleep order by start_ts")
    assert len(found) == len(sleeps) >= len(DAYS)
    for row, sleep in zip(found, sorted(sleeps, key=lambda one: one.start), strict=True):
        assert [row["start_ts"], row["end_ts"]] == instants([sleep.start, sleep.end])
        awake = [
            *sleep.short_awakenings,
            *(s for s in sleep.stages if s.level in ("awake", "restless")),
        ]
        assert length(row["awake"]) == sum(stage.seconds for stage in awake)
        if sleep.kind == "stages":
            for level in ("deep", "rem", "light"):
                assert length(row[level]) == sleep.level_seconds(level)
        else:
            assert row["deep"] is row["rem"] is row["light"] is None

    exercises = [one for day in DAYS for one in view.exercises(to_day(day), to_day(day))]
    activities = loaded.rows("select * from stage.stg_fitbit__activities order by start_ts")
    names = {"Run": "running", "Walk": "walking", "Bike": "cycling", "Yoga": "yoga"}
    assert [(row["start_ts"], row["activity_type"]) for row in activities] == [
        (to_instant(one.start), names[one.kind.name]) for one in exercises
    ]

    for day in DAYS:
        measures, totals = view.measures(to_day(day)), day_totals(view, to_day(day))
        stated = loaded.rows(
            f"select metric, value from stage.daily_measurements where local_date = '{day}'"
        )
        values = {row["metric"]: row["value"] for row in stated}
        assert values["step_count_daily"] == totals.steps
        assert values["calories_burned_total"] == round(totals.total_kcal)
        assert values.get("resting_heart_rate") == measures.resting_bpm
        assert values.get("heart_rate_variability_rmssd") == measures.hrv_rmssd_ms
        assert values.get("oxygen_saturation") == measures.spo2_mean_pct
        assert values.get("vo2_max") == int(measures.vo2_max)


def length(multirange):
    return sum((part.upper - part.lower).total_seconds() for part in multirange)
