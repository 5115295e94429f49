"""What the client reads from the simulator is what the simulated people did, value by value."""

import json
from datetime import UTC, date, datetime

import numpy as np
import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.garmin.wellness import battery_of, means, stress_of
from vitals.simulator.truth.people import DAY, to_date, to_day
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.simulator.truth.zones import offset_at, zone_at
from vitals.sources._api.spec import DateWindow
from vitals.sources.garmin import SPEC

AUTUMN = date(2026, 10, 25)  # 25 hours in Paris
SPRING = date(2026, 3, 29)  # 23 hours in Paris
WESTWARD = date(2026, 11, 6)  # account 1 flies to New York
DATE_LINE = date(2026, 11, 12)  # account 2 flies from Tokyo to New York: met twice
ORDINARY = date(2026, 11, 20)
HARD_DAYS = [(1, AUTUMN), (1, SPRING), (1, WESTWARD), (2, DATE_LINE), (3, ORDINARY)]


class Asked:
    """What the simulator's own functions take: an account as it is known now."""

    def __init__(self, view):
        self.view, self.account = view, view.account


def rows(client, resource, first, last=None):
    fetched = client.fetch(resource, DateWindow(first, last or first))
    assert (fetched.rejected, fetched.unknown_fields) == ([], set())
    return fetched.rows.to_pylist()


def series(client, resource, column, day):
    found = rows(client, resource, day)
    assert {row["local_date"] for row in found} <= {day}
    return [(int(row["ts"].timestamp()), row[column]) for row in found]


@pytest.mark.parametrize(("account", "day"), HARD_DAYS)
def test_values_in_the_course_of_a_day(connect, target, account, day):
    view, number, client = target.view(account), to_day(day), connect(account)
    at, bpm = means(Asked(view), number, 120)
    measured = [(t, value) for t, value in zip(at, bpm, strict=True) if value is not None]
    assert series(client, "heart_rate", "bpm", day) == measured != []

    at, stress = stress_of(Asked(view), number)
    known = stress >= 0
    stated = list(zip(at[known].tolist(), stress[known].tolist(), strict=True))
    assert series(client, "stress", "stress_level", day) == stated != []
    assert not known.all()  # some of the values are sentinels

    at, level = battery_of(Asked(view), number)
    stated = list(zip(at.tolist(), level.tolist(), strict=True))
    assert series(client, "body_battery", "body_battery_level", day) == stated != []


def test_two_minute_means_are_of_the_samples(connect, target):
    """The simulator's own arithmetic is checked once, against the samples."""
    at, bpm = target.view(1).heart_of_civil_day(to_day(AUTUMN))
    for ts, value in series(connect(1), "heart_rate", "bpm", AUTUMN)[::50]:
        assert value == round(bpm[(at >= ts) & (at < ts + 120)].mean())


@pytest.mark.parametrize("resource", [one.name for one in SPEC.resources if one.keeps == "days"])
def test_a_day_is_the_same_alone_and_in_a_wider_window(connect, resource):
    client, days = connect(1), DateWindow(date(2026, 11, 3), date(2026, 11, 9))
    wide = client.fetch(resource, days).rows.to_pylist()
    alone = [client.fetch(resource, piece).rows.to_pylist() for piece in days.pieces(1)]
    assert wide == [row for day in alone for row in day] != []


def test_daily_summaries(connect, target):
    view = target.view(1)
    first, last = to_day(AUTUMN) - 10, to_day(AUTUMN) + 17
    found = rows(connect(1), "daily_summaries", to_date(first), to_date(last))
    steps = rows(connect(1), "daily_steps", to_date(first), to_date(last))
    assert len(found) == len(steps) == 28
    for row, stated in zip(found, steps, strict=True):
        totals = day_totals(view, to_day(row["local_date"]))
        measures = view.measures(to_day(row["local_date"]))
        worn = totals.worn_minutes > 0
        assert row["steps"] == stated["steps"] == (totals.steps if worn else None)
        assert row["distance_m"] == (totals.distance_mm // 1_000 if worn else None)
        assert row["floors"] == (totals.floors if worn else None)
        assert row["energy_kcal"] == round(totals.total_kcal)
        assert row["active_energy_kcal"] == (round(totals.active_kcal) if worn else None)
        assert row["resting_heart_rate_bpm"] == (measures.resting_bpm if measures else None)
        bounds = row["heart_rate_min_bpm"], row["heart_rate_max_bpm"]
        assert bounds == (totals.heart_rate_min, totals.heart_rate_max)


@pytest.mark.parametrize(("account", "last"), HARD_DAYS)
def test_sleeps(connect, target, account, last):
    view, end = target.view(account), to_day(last)
    found = rows(connect(account), "sleep", to_date(end - 6), last)
    sleeps = [one for one in view.sleeps(end - 6, end) if one.is_main]
    assert len(found) == len(sleeps) > 3
    numbers = {"deep": 0, "light": 1, "asleep": 1, "rem": 2, "awake": 3, "restless": 3}
    for row, sleep in zip(found, sleeps, strict=True):
        bounds = [datetime.fromtimestamp(value, UTC) for value in (sleep.start, sleep.end)]
        assert [row["start_ts"], row["end_ts"]] == bounds
        assert row["local_date"] == to_date(sleep.day)
        assert row["utc_offset_seconds"] == offset_at(view.account, sleep.start)
        assert row["sleep_seconds"] == sleep.asleep_seconds
        stages = [
            (datetime.fromisoformat(one["ts"]).timestamp(), one["seconds"], one["activity_level"])
            for one in json.loads(row["levels"])
        ]
        assert stages == [(s.start, s.seconds, numbers[s.level]) for s in sleep.stages]
        measures = view.measures(sleep.day)
        assert row["breaths_per_min"] == (measures.breaths_per_minute if measures else None)


def test_nights(connect, target):
    view, client = target.view(1), connect(1)
    first, last = TODAY - 8, TODAY - 1
    nights = {day: view.night(day) for day in range(first, last + 1)}
    readings = rows(client, "hrv_readings", to_date(first), to_date(last))
    expected = [
        (at, round(value))
        for night in nights.values() if night
        for at, value in zip(night[1].hrv_at.tolist(), night[1].hrv_rmssd_ms.tolist(), strict=True)
    ]  # fmt: skip
    assert [(int(row["ts"].timestamp()), row["rmssd_ms"]) for row in readings] == expected != []

    hrv = {to_day(r["local_date"]): r for r in rows(client, "hrv", to_date(first), to_date(last))}
    spo2 = {to_day(r["local_date"]): r for r in rows(client, "spo2", to_date(first), to_date(last))}
    assert hrv.keys() == spo2.keys() == {day for day, night in nights.items() if night}
    for day, row in hrv.items():
        measures = view.measures(day)
        assert row["rmssd_ms"] == round(measures.hrv_rmssd_ms)
        assert row["baseline_balanced_low_ms"] == 34
        assert spo2[day]["spo2_mean_pct"] == measures.spo2_mean_pct
        values = [one["pct"] for one in json.loads(spo2[day]["readings"])]
        np.testing.assert_array_equal(values, nights[day][1].spo2_pct)


def test_fitness_age(connect, target):
    first, last = TODAY - 5, TODAY - 1
    found = rows(connect(1), "fitness_age", to_date(first), to_date(last))
    for row in found:
        measures = target.view(1).measures(to_day(row["local_date"]))
        assert row["vo2_max_ml_per_kg_min"] == (measures.vo2_max if measures else None)
    assert len(found) == 5


def test_weighings(connect, target):
    view = target.view(1)
    first, last = TODAY - 27, TODAY - 1
    found = rows(connect(1), "weight", to_date(first), to_date(last))
    assert (
        [
            (r["sample_id"], int(r["ts"].timestamp()), r["utc_offset_seconds"], r["weight_kg"])
            for r in found
        ]
        == [
            (one.number, one.at, offset_at(view.account, one.at), one.weight_g / 1_000)
            for one in view.weighings(first, last)
        ]
        != []
    )


def test_exercises(connect, target):
    view = target.view(1)
    first, last = TODAY - 120, TODAY - 1
    exercises = view.exercises(first, last)
    found = rows(connect(1), "activities", to_date(first), to_date(last))
    assert len(found) == len(exercises) > 40
    for row, one in zip(found, exercises, strict=True):
        totals = exercise_totals(view, one)
        assert (row["activity_id"], row["local_date"]) == (one.number, to_date(one.day))
        assert row["start_ts"] == datetime.fromtimestamp(one.start, UTC)
        assert row["end_ts"] == datetime.fromtimestamp(one.end, UTC)
        assert row["utc_offset_seconds"] == offset_at(view.account, one.start)
        assert (row["activity_type"], row["steps"]) == (one.kind.garmin, totals.steps)
        assert row["heart_rate_mean_bpm"] == totals.bpm_mean
        assert row["distance_m"] == (one.distance_m or None)


def test_profile_and_last_sync(connect, target):
    view, client = target.view(1), connect(1)
    account = view.account
    [profile] = rows(client, "profiles", to_date(TODAY))
    assert profile["provider_user_id"] == str(account.garmin_id)
    assert profile["time_zone"] == zone_at(account, view.now)
    assert profile["max_heart_rate_bpm"] == account.max_bpm(TODAY)
    assert profile["date_of_birth"] == account.born
    local_sync = view.until + offset_at(account, view.until)
    assert to_day(client.last_complete_date()) == local_sync // DAY - 1


def test_without_a_sync_nobody_knows_what_is_complete(connect, target):
    target.admin("POST", "/clock", {"now": "2026-09-01T12:00:00+00:00", "frozen": True})
    assert connect(1).last_complete_date() is None
