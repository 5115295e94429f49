"""Google Health over HTTP -> rows that equal what the simulated people really did.

The weeks hold a day of 25 hours (Paris), one of 23 (Sydney) and flights in both directions.
"""

from datetime import UTC, date, datetime

import numpy as np
import orjson
import pyarrow.compute as pc
import pytest
from tests.simulator.harness import NOW, TODAY

from vitals.simulator.truth.people import age_on, to_date, to_day
from vitals.simulator.truth.totals import day_totals, exercise_totals
from vitals.sources._api.spec import DateWindow
from vitals.sources.google_health import SPEC

CASES = {
    "paris_clock_back": (1, DateWindow(date(2026, 10, 22), date(2026, 10, 27))),
    "paris_to_new_york_and_back": (1, DateWindow(date(2026, 11, 8), date(2026, 11, 20))),
    "sydney_clock_forward": (4, DateWindow(date(2026, 10, 1), date(2026, 10, 6))),
}
pytestmark = pytest.mark.parametrize(("account", "window"), CASES.values(), ids=CASES)


@pytest.fixture
def read(connect, account, window):
    client = connect(account)

    def rows(resource: str) -> dict[str, list]:
        fetched = client.fetch(resource, window)
        assert not fetched.rejected and not fetched.unknown_fields
        return fetched.rows.to_pydict()

    return rows


@pytest.fixture
def days(window) -> range:
    return range(to_day(window.first), to_day(window.last) + 1)


@pytest.fixture
def view(target, account):
    return target.view(account)


def instants(epochs) -> list[datetime]:
    return [datetime.fromtimestamp(int(at), UTC) for at in epochs]


def test_heart_rate(read, view, days):
    rows = read("heart_rate")
    samples = [(day, *view.heart_of_civil_day(day)) for day in days]
    assert rows["ts"] == instants(np.concatenate([at for _, at, _ in samples]))
    assert rows["bpm"] == np.concatenate([bpm for _, _, bpm in samples]).tolist()
    assert rows["local_date"] == [to_date(day) for day, at, _ in samples for _ in at]
    assert len(rows["ts"]) > 5_000 and set(rows["sensor_location"]) == {"WRIST"}


@pytest.mark.parametrize(
    ("resource", "column", "truth"),
    [
        ("steps", "steps", "steps"),
        ("distance", "distance_mm", "distance_mm"),
        ("floors", "floors", "floors"),
        ("active_energy_burned", "active_energy_kcal", "active_kcal"),
    ],
)
def test_minutes(read, view, days, resource, column, truth):
    rows = read(resource)
    found = {
        (day, ts): value
        for day, ts, value in zip(rows["local_date"], rows["ts"], rows[column], strict=True)
        if value
    }
    expected = {}
    for day in days:
        table = view.minutes_of_civil_day(day)
        counts = getattr(table, truth)
        starts = instants(table.start[counts > 0])
        expected |= {
            (to_date(day), at): value
            for at, value in zip(starts, counts[counts > 0].tolist(), strict=True)
        }
    assert found == pytest.approx(expected) and len(found) > 30
    lengths = {end - start for start, end in zip(rows["ts"], rows["end_ts"], strict=True)}
    assert {length.total_seconds() for length in lengths} == {60}


def test_zones(read, view, days):
    totals = [day_totals(view, day) for day in days]
    points = read("active_zone_minutes")
    earned = {day: 0 for day in days}
    for day, value in zip(points["local_date"], points["active_zone_minutes"], strict=True):
        earned[to_day(day)] += value
    assert list(earned.values()) == [one.active_zone_minutes for one in totals]

    table = view.minutes_between(days[0], days[-1])
    truth = dict(zip(table.start.tolist(), table.zone.tolist(), strict=True))
    zones = ["LIGHT", "MODERATE", "VIGOROUS", "PEAK"]
    times = read("time_in_heart_rate_zone")
    seen = {}
    for start, end, zone in zip(
        times["ts"], times["end_ts"], times["heart_rate_zone"], strict=True
    ):
        seen |= dict.fromkeys(range(int(start.timestamp()), int(end.timestamp()), 60), zone)
    # An interval belongs to the day of its start, so the first and the last may cross midnight.
    inside = {at: zone for at, zone in seen.items() if at in truth}
    assert inside == {at: zones[truth[at]] for at in inside}
    worn = {at for at, zone in truth.items() if zone >= 0}
    assert all(at < min(seen) for at in worn - inside.keys())
    assert len(inside) > 0.9 * len(worn)

    active = read("active_minutes")
    minutes = [sum(active[f"{name}_minutes"]) for name in ("light", "moderate", "vigorous")]
    moving = table.zone[(table.steps > 0) & (table.zone >= 0)]
    assert minutes == [(moving == 0).sum(), (moving == 1).sum(), (moving >= 2).sum()]


@pytest.mark.parametrize(
    ("resource", "column", "truth"),
    [
        ("daily_steps", "steps", "steps"),
        ("daily_distance", "distance_mm", "distance_mm"),
        ("daily_floors", "floors", "floors"),
        ("daily_active_energy_burned", "active_energy_kcal", "active_kcal"),
        ("daily_total_calories", "total_energy_kcal", "total_kcal"),
    ],
)
def test_day_totals(read, view, days, resource, column, truth):
    rows = read(resource)
    totals = [day_totals(view, day) for day in days]
    if resource != "daily_total_calories":
        totals = [one for one in totals if one.worn_minutes]
    assert rows["local_date"] == [to_date(one.day) for one in totals]
    assert rows[column] == pytest.approx([getattr(one, truth) for one in totals], abs=0.001)


@pytest.mark.parametrize(
    ("resource", "columns"),
    [
        ("daily_resting_heart_rate", {"resting_heart_rate_bpm": "resting_bpm"}),
        (
            "daily_heart_rate_variability",
            {
                "hrv_rmssd_ms": "hrv_rmssd_ms",
                "deep_sleep_hrv_rmssd_ms": "hrv_deep_rmssd_ms",
                "non_rem_heart_rate_bpm": "sleeping_bpm",
                "entropy": "entropy",
            },
        ),
        (
            "daily_oxygen_saturation",
            {
                "spo2_mean_pct": "spo2_mean_pct",
                "spo2_lower_pct": "spo2_low_pct",
                "spo2_upper_pct": "spo2_high_pct",
            },
        ),
        ("daily_respiratory_rate", {"breaths_per_min": "breaths_per_minute"}),
        (
            "daily_sleep_temperature_derivations",
            {
                "skin_temperature_c": "temperature_c",
                "baseline_temperature_c": "temperature_baseline_c",
            },
        ),
        ("daily_vo2_max", {"vo2_max_ml_per_kg_min": "vo2_max"}),
    ],
)
def test_daily_values(read, view, days, resource, columns):
    rows = read(resource)
    first = next(iter(columns.values()))
    measured = {day: view.measures(day) for day in days}
    held = {day: one for day, one in measured.items() if one and getattr(one, first) is not None}
    assert rows["local_date"] == [to_date(day) for day in held]
    for column, truth in columns.items():
        assert rows[column] == [getattr(one, truth) for one in held.values()]


def test_heart_rate_zone_limits(read, view, days):
    rows = read("daily_heart_rate_zones")
    measured = [day for day in days if view.measures(day)]
    assert rows["local_date"] == [to_date(day) for day in measured]
    assert rows["peak_max_bpm"] == [view.account.max_bpm(day) for day in measured]
    assert set(rows["light_min_bpm"]) == {30}


@pytest.mark.parametrize(
    ("resource", "column", "at", "values"),
    [
        ("heart_rate_variability", "hrv_rmssd_ms", "hrv_at", "hrv_rmssd_ms"),
        ("oxygen_saturation", "spo2_pct", "spo2_at", "spo2_pct"),
    ],
)
def test_samples_of_the_night(read, view, days, resource, column, at, values):
    rows = read(resource)
    nights = [view.night(day) for day in range(days[0], days[-1] + 2)]
    truth = {}
    for _, night in filter(None, nights):
        truth |= dict(zip(instants(getattr(night, at)), getattr(night, values), strict=True))
    found = dict(zip(rows["ts"], rows[column], strict=True))
    assert found == {ts: truth[ts] for ts in found}
    assert len(found) > 0.8 * len(truth) - 200


def test_breathing(read, view, days):
    rows = read("respiratory_rate_sleep_summary")
    nights = {day: view.night(day) for day in days}
    held = {day: night[0] for day, night in nights.items() if night and view.measures(day)}
    assert rows["ts"] == instants(one.end for one in held.values())
    assert rows["full_sleep_breaths_per_min"] == [
        view.measures(day).breaths_per_minute for day in held
    ]


def test_sleep(read, view, days):
    rows = read("sleep")
    sleeps = sorted(view.sleeps(days[0], days[-1]), key=lambda one: one.day * 10 + one.index)
    order = np.argsort(rows["start_ts"]).tolist()
    rows = {name: [values[at] for at in order] for name, values in rows.items()}
    sleeps.sort(key=lambda one: one.start)
    assert rows["local_date"] == [to_date(one.day) for one in sleeps]
    assert rows["start_ts"] == instants(one.start for one in sleeps)
    assert rows["end_ts"] == instants(one.end for one in sleeps)
    assert rows["is_main_sleep"] == [one.is_main for one in sleeps]
    assert rows["is_nap"] == [not one.is_main for one in sleeps]
    assert rows["sleep_type"] == [one.kind.upper() for one in sleeps]
    for text, one in zip(rows["stages"], sleeps, strict=True):
        stages = [
            (datetime.fromisoformat(stage["startTime"]), stage["type"])
            for stage in orjson.loads(text)
        ]
        starts = instants(stage.start for stage in one.stages)
        levels = [stage.level.upper() for stage in one.stages]
        assert stages == list(zip(starts, levels, strict=True))


def test_exercise(read, view, days):
    rows = read("exercise")
    exercises = sorted(view.exercises(days[0], days[-1]), key=lambda one: str(one.number))
    totals = [exercise_totals(view, one) for one in exercises]
    assert rows["exercise_id"] == [str(one.number) for one in exercises]
    assert rows["local_date"] == [to_date(one.day) for one in exercises]
    assert rows["start_ts"] == instants(one.start for one in exercises)
    assert rows["end_ts"] == instants(one.end for one in exercises)
    assert rows["exercise_type"] == [one.kind.google for one in exercises]
    assert rows["active_seconds"] == [one.moving_seconds for one in exercises]
    assert rows["heart_rate_mean_bpm"] == [one.bpm_mean for one in totals]
    assert [value or 0 for value in rows["steps"]] == [one.steps for one in totals]
    assert [value or 0 for value in rows["distance_mm"]] == [
        round(one.distance_m * 1_000) for one in exercises
    ]


def test_body(read, view, days):
    weighings = view.weighings(days[0], days[-1])
    weight, fat = read("weight"), read("body_fat")
    assert weight["ts"] == fat["ts"] == instants(one.at for one in weighings)
    assert weight["weight_g"] == [one.weight_g for one in weighings]
    assert fat["body_fat_pct"] == [one.body_fat_pct for one in weighings]
    assert weight["data_point_id"] == [str(one.number) for one in weighings]


def test_person(read, view, window, connect, account):
    profile = read("profiles")
    assert profile["provider_user_id"] == [view.account.google_id]
    assert profile["time_zone"] == [view.account.home_zone]
    assert profile["stated_age_years"] == [age_on(view.account.born, NOW.date())]
    assert profile["member_since"] == [view.account.member_since]
    devices = read("devices")
    truth = view.devices()
    assert devices["provider_device_id"] == [str(one.number) for one in truth]
    assert devices["last_sync_ts"] == instants(one.last_sync for one in truth)
    assert connect(account).last_complete_date() == to_date(TODAY - 1)


def test_height_is_read_on_the_day_it_was_entered(connect, account, view, window):
    joined = DateWindow(view.account.member_since, view.account.member_since)
    assert connect(account).fetch("height", joined).rows["height_mm"].to_pylist() == [
        view.account.height_mm
    ]


def test_one_day_read_alone_equals_that_day_of_a_longer_window(connect, account, window):
    """The first, a middle and the last day: windows decide what is replaced, never what is true."""
    client = connect(account)
    week = DateWindow(window.first, to_date(to_day(window.first) + 5))
    names = [one.name for one in SPEC.resources if one.keeps == "days"]
    for name in names:
        whole = client.fetch(name, week).rows
        for day in (week.first, to_date(to_day(week.first) + 3), week.last):
            alone = client.fetch(name, DateWindow(day, day)).rows
            assert alone.equals(whole.filter(pc.equal(whole["local_date"], day))), (name, day)
