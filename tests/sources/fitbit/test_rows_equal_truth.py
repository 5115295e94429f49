"""What the client reads from the simulator is what the simulated people did, value by value."""

import json
from datetime import UTC, date, datetime

import numpy as np
import pytest
from tests.simulator.harness import TODAY

from vitals.simulator.truth.people import DAY, to_date, to_day
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.simulator.truth.zones import offset_at, offsets_at, slots_of_civil_day, zone_at
from vitals.sources._api.spec import DateWindow
from vitals.sources.fitbit import SPEC

AUTUMN = date(2026, 10, 25)  # 25 hours in Paris
SPRING = date(2026, 3, 29)  # 23 hours in Paris
WESTWARD = date(2026, 11, 6)  # account 1 flies to New York: 07:00 to 13:00 comes twice
EASTWARD = date(2026, 11, 13)  # and back: 13:00 to 19:00 does not come at all
DATE_LINE = date(2026, 11, 12)  # account 2 flies from Tokyo to New York
ORDINARY = date(2026, 11, 20)
HARD_DAYS = [(1, AUTUMN), (1, SPRING), (1, WESTWARD), (1, EASTWARD), (2, DATE_LINE), (3, ORDINARY)]


def rows(client, resource, first, last=None):
    fetched = client.fetch(resource, DateWindow(first, last or first))
    assert (fetched.rejected, fetched.unknown_fields) == ([], set())
    return fetched.rows.to_pylist()


def walls(account, instants):
    """Wall-clock time as if it were UTC, in seconds."""
    return instants + offsets_at(account, instants)


def truth_folds(account, day, instants):
    """1 from the first half-hour on whose times the clock had already shown."""
    slots = slots_of_civil_day(account, day)
    back = [s for (p, po), (s, so) in zip(slots, slots[1:], strict=False) if s + so < p + po + 1800]
    return (instants >= min(back, default=1 << 40)).astype(int)


@pytest.mark.parametrize(("account", "day"), HARD_DAYS)
def test_heart_rate(connect, target, account, day):
    view, number = target.view(account), to_day(day)
    at, bpm = view.heart_of_civil_day(number)
    wall, fold = walls(view.account, at), truth_folds(view.account, number, at)
    found = rows(connect(account), "heart_rate", day)
    stated = sorted(zip(wall.tolist(), fold.tolist(), bpm.tolist(), strict=True))
    assert [(int(r["ts"].timestamp()), r["fold"], r["bpm"]) for r in found] == stated
    assert {r["local_date"] for r in found} == {day}
    assert len(stated) > 1_000


@pytest.mark.parametrize(("account", "day"), HARD_DAYS)
@pytest.mark.parametrize(
    ("resource", "column", "truth", "tolerance"),
    [
        ("steps", "steps", lambda table, _: table.steps, 0),
        ("floors", "floors", lambda table, _: table.floors, 0),
        ("distance", "distance_m", lambda table, _: table.distance_mm / 1_000, 0.006),
        (
            "calories",
            "energy_kcal",
            lambda table, account: table.active_kcal + account.basal_kcal_per_minute,
            1e-5,
        ),
    ],
)
def test_minutes(connect, target, account, day, resource, column, truth, tolerance):
    view, number = target.view(account), to_day(day)
    table = view.minutes_of_civil_day(number)
    wall = walls(view.account, table.start)
    fold = truth_folds(view.account, number, table.start)
    order = np.lexsort((fold, wall))
    found = rows(connect(account), resource, day)
    assert [(int(r["ts"].timestamp()), r["fold"]) for r in found] == list(
        zip(wall[order].tolist(), fold[order].tolist(), strict=True)
    )
    expected = truth(table, view.account)[order]
    np.testing.assert_allclose([r[column] for r in found], expected, atol=tolerance, rtol=0)


def test_the_hard_days_are_hard(target):
    """Otherwise the two tests above prove little."""
    view = target.view(1)
    hours = {day: len(slots_of_civil_day(view.account, to_day(day))) / 2 for _, day in HARD_DAYS}
    assert (hours[AUTUMN], hours[SPRING], hours[WESTWARD], hours[EASTWARD]) == (25, 23, 30, 18)


def test_a_day_is_the_same_alone_and_in_a_wider_window(connect):
    client, days = connect(1), DateWindow(date(2026, 11, 3), date(2026, 11, 9))
    for resource in SPEC.resources:
        if resource.keeps != "days":
            continue
        wide = client.fetch(resource.name, days).rows
        alone = [client.fetch(resource.name, piece).rows for piece in days.pieces(1)]
        assert wide.to_pylist() == [row for table in alone for row in table.to_pylist()]
        assert wide.num_rows, resource.name


def test_daily_totals(connect, target):
    view = target.view(3)
    first, last = date(2026, 10, 20), date(2026, 11, 18)
    found = rows(connect(3), "daily_activity", first, last)
    assert [row["local_date"] for row in found] == [
        to_date(day) for day in range(to_day(first), to_day(last) + 1)
    ]
    for row in found:
        totals = day_totals(view, to_day(row["local_date"]))
        assert (row["steps"], row["floors"]) == (totals.steps, totals.floors)
        assert row["distance_m"] == pytest.approx(totals.distance_mm / 1_000, abs=0.006)
        assert row["energy_kcal"] == round(totals.total_kcal)
        assert row["activity_energy_kcal"] == round(totals.active_kcal)


def test_daily_values(connect, target):
    view, client = target.view(1), connect(1)
    first, last = TODAY - 29, TODAY - 1
    measures = {day: view.measures(day) for day in range(first, last + 1)}
    stated = {
        "hrv": ("rmssd_ms", "hrv_rmssd_ms"),
        "spo2": ("spo2_mean_pct", "spo2_mean_pct"),
        "breathing_rate": ("breaths_per_min", "breaths_per_minute"),
        "heart_rate_daily": ("resting_heart_rate_bpm", "resting_bpm"),
    }
    for resource, (column, measure) in stated.items():
        found = {
            to_day(row["local_date"]): row[column]
            for row in rows(client, resource, to_date(first), to_date(last))
            if row[column] is not None
        }
        known = {day: getattr(one, measure) for day, one in measures.items() if one}
        assert found == {day: value for day, value in known.items() if value is not None}, resource
    temperatures = rows(client, "skin_temperature", to_date(first), to_date(last))
    assert temperatures
    for row in temperatures:
        one = measures[to_day(row["local_date"])]
        assert row["deviation_celsius"] == round(one.temperature_c - one.temperature_baseline_c, 2)


def test_vo2_max_is_the_middle_of_a_range(connect, target):
    day = to_date(TODAY - 2)
    vo2_max = int(target.view(1).measures(TODAY - 2).vo2_max)
    [row] = rows(connect(1), "cardio_score", day)
    assert row["vo2_max_ml_per_kg_min"] == vo2_max
    bounds = row["vo2_max_low_ml_per_kg_min"], row["vo2_max_high_ml_per_kg_min"]
    assert bounds == (vo2_max - 2, vo2_max + 2)


def test_active_zone_minutes(connect, target):
    view = target.view(1)
    first, last = TODAY - 20, TODAY - 1
    found = {
        to_day(row["local_date"]): row["active_zone_minutes"]
        for row in rows(connect(1), "active_zone_minutes", to_date(first), to_date(last))
    }
    totals = {day: day_totals(view, day).active_zone_minutes for day in range(first, last + 1)}
    assert found == {day: minutes for day, minutes in totals.items() if minutes}


def seconds_by_level(view, sleep):
    """What the stages say, counted in the instants of the truth."""
    names = {"awake": "wake"} if sleep.kind == "stages" else {}
    return [
        {
            "elapsed_seconds": stage.start - sleep.start,
            "seconds": stage.seconds,
            "level": names.get(stage.level, stage.level),
        }
        for stage in sleep.stages
    ]


@pytest.mark.parametrize(
    ("account", "last"), [(1, AUTUMN), (1, SPRING), (1, WESTWARD), (2, DATE_LINE)]
)
def test_sleeps(connect, target, account, last):
    view, end = target.view(account), to_day(last)
    found = rows(connect(account), "sleep", to_date(end - 20), last)
    sleeps = {
        (one.start + offset_at(view.account, one.start), one.end): one
        for one in view.sleeps(end - 20, end)
    }
    assert len(found) == len(sleeps) > 15
    for row, (_, sleep) in zip(found, sorted(sleeps.items()), strict=True):
        assert row["local_date"] == to_date(sleep.day)
        assert int(row["start_ts"].timestamp()) == sleep.start + offset_at(
            view.account, sleep.start
        )
        assert int(row["end_ts"].timestamp()) == sleep.end + offset_at(view.account, sleep.end)
        assert row["duration_ms"] == (sleep.end - sleep.start) * 1_000
        assert (row["sleep_type"], row["is_main_sleep"]) == (sleep.kind, sleep.is_main)
        assert json.loads(row["levels"]) == seconds_by_level(view, sleep)
        shorts = json.loads(row["short_awakenings"] or "[]")
        assert [(one["elapsed_seconds"], one["seconds"]) for one in shorts] == [
            (one.start - sleep.start, one.seconds) for one in sleep.short_awakenings
        ]


def test_weighings(connect, target):
    view, client = target.view(1), connect(1)
    first, last = TODAY - 29, TODAY - 1
    weighings = view.weighings(first, last)
    expected = [
        (one.number, one.at + offset_at(view.account, one.at), one.weight_g / 1_000)
        for one in weighings
    ]
    found = rows(client, "weight", to_date(first), to_date(last))
    stated = [(r["log_id"], int(r["ts"].timestamp()), r["weight_kg"]) for r in found]
    assert stated == expected != []
    fat = rows(client, "body_fat", to_date(first), to_date(last))
    assert [row["body_fat_pct"] for row in fat] == [one.body_fat_pct for one in weighings]


def test_exercises(connect, target):
    view = target.view(1)
    first, last = to_day(WESTWARD) - 20, to_day(WESTWARD) + 10
    exercises = view.exercises(first, last)
    found = rows(connect(1), "activities", to_date(first), to_date(last))
    assert len(found) == len(exercises) > 10
    for row, one in zip(found, exercises, strict=True):
        totals = exercise_totals(view, one)
        assert (row["log_id"], row["local_date"]) == (one.number, to_date(one.day))
        assert row["start_ts"] == datetime.fromtimestamp(one.start, UTC)
        assert row["end_ts"] == datetime.fromtimestamp(one.end, UTC)
        assert row["utc_offset_seconds"] == offset_at(view.account, one.start)
        assert (row["activity_type_id"], row["steps"]) == (one.kind.fitbit_id, totals.steps)
        assert row["heart_rate_mean_bpm"] == totals.bpm_mean
        metres = one.distance_m or None
        assert row["distance_m"] == (metres and pytest.approx(metres, abs=0.01))


def test_profile_and_devices(connect, target):
    view, client = target.view(1), connect(1)
    account, day = view.account, to_date(TODAY)
    [profile] = rows(client, "profiles", day)
    assert profile["provider_user_id"] == account.fitbit_id
    assert profile["time_zone"] == zone_at(account, view.now)
    assert (profile["date_of_birth"], profile["height_cm"]) == (
        account.born,
        round(account.height_mm / 10, 1),
    )
    tracker, scale = rows(client, "devices", day)
    assert (tracker["device_type"], scale["device_type"]) == ("TRACKER", "SCALE")
    synced = view.devices()[0].last_sync
    assert int(tracker["last_sync_ts"].timestamp()) == synced + offset_at(account, synced)
    assert to_day(client.last_complete_date()) == (synced + offset_at(account, synced)) // DAY - 1
