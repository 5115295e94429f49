"""Generated exports -> raw -> stage -> agg: the figures of every day equal the truth."""

from typing import Any

import pytest
from tests.dbt.fixtures import a_warehouse
from tests.exports.conftest import FIRST, LAST, Imports, person

from vitals.simulator.truth import View
from vitals.simulator.truth.people import to_date, to_day
from vitals.simulator.truth.totals import day_totals

pytestmark = pytest.mark.slow

HEART = {
    "heart_rate_samples": lambda day: day.heart_rate_samples or None,
    "heart_rate_min_bpm": lambda day: day.heart_rate_min,
    "heart_rate_max_bpm": lambda day: day.heart_rate_max,
    "heart_rate_mean_bpm": lambda day: day.heart_rate_mean,
    "wear_minutes": lambda day: day.worn_minutes or None,
}
STEPS = {"steps": lambda day: day.steps if day.minutes_known else None}
DISTANCE = {"distance_m": lambda day: day.distance_mm / 1_000}
ENERGY = {"total_energy_kcal": lambda day: day.total_kcal}
ACTIVE = {"active_energy_kcal": lambda day: day.active_kcal}
ACTIVITIES = {
    "activity_count": lambda day: None,
    "activity_minutes": lambda day: None,
}
METRICS = (
    "resting_heart_rate_bpm",
    "hrv_rmssd_ms",
    "spo2_mean_pct",
    "respiratory_rate_per_min",
    "vo2_max_ml_per_kg_min",
    "weight_kg",
)


def expected(view: View, columns: dict[str, Any]) -> dict[str, dict[str, Any]]:
    days = range(to_day(FIRST), to_day(LAST) + 1)
    found = {}
    for day in days:
        totals = day_totals(view, day)
        found[str(to_date(day))] = {name: get(totals) for name, get in columns.items()}
        if "activity_count" in columns:
            exercises = view.exercises(day, day)
            minutes = sum(one.end - one.start for one in exercises) / 60
            activities = {"activity_count": len(exercises) or None}
            activities["activity_minutes"] = minutes or None
            found[str(to_date(day))] |= activities
    return found


def sleeps(view: View, subtract_short: bool) -> dict[str, float | None]:
    """Minutes asleep by day; Fitbit subtracts short awakenings."""
    found = {}
    for day in range(to_day(FIRST), to_day(LAST) + 1):
        nights = view.sleeps(day, day)
        seconds = sum(
            one.asleep_seconds - (one.short_awake_seconds if subtract_short else 0)
            for one in nights
        )
        found[str(to_date(day))] = seconds / 60 if nights else None
    return found


def stated(view: View) -> dict[str, dict[str, Any]]:
    """Daily values."""
    found = {}
    for day in range(to_day(FIRST), to_day(LAST) + 1):
        one = view.measures(day)
        weighings = view.weighings(day, day)
        found[str(to_date(day))] = {
            "resting_heart_rate_bpm": one.resting_bpm if one else None,
            "hrv_rmssd_ms": one.hrv_rmssd_ms if one else None,
            "spo2_mean_pct": one.spo2_mean_pct if one else None,
            "respiratory_rate_per_min": one.breaths_per_minute if one else None,
            "vo2_max_ml_per_kg_min": one.vo2_max if one else None,
            "weight_kg": weighings[-1].weight_g / 1_000 if weighings else None,
        }
    return found


def wrong_values(rows: dict[str, Any], columns: dict[str, dict[str, Any]]) -> list[tuple]:
    """Every column of every day that is not as it should be."""
    wrong = []
    for day, values in columns.items():
        for name, value in values.items():
            found = rows.get(day, {}).get(name)
            if value is None and not found:
                continue
            if found is None or value is None or abs(found - value) > 1e-6 * max(1, abs(value)):
                wrong.append((day, name, found, value))
    return wrong


def joined(*columns: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {day: {k: v for one in columns for k, v in one[day].items()} for day in columns[0]}


def named(name: str, values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {day: {name: value} for day, value in values.items()}


# What each format carries, and whether it subtracts short awakenings from sleep.
FORMATS = {
    "takeout": (HEART | STEPS | DISTANCE | ENERGY | ACTIVITIES, METRICS, True),
    "google": (HEART | STEPS | DISTANCE | ENERGY | ACTIVE | ACTIVITIES, METRICS, False),
    "pmdata": (
        HEART | STEPS | DISTANCE | ENERGY, ("resting_heart_rate_bpm", "weight_kg"), True,
    ),
    "strava": (ACTIVITIES, (), None),
    "garmin": (HEART | ACTIVITIES, METRICS[:-1], None),
    "apple": (HEART | STEPS | DISTANCE | ACTIVE | ACTIVITIES, METRICS[:1] + METRICS[2:], False),
}  # fmt: skip


@pytest.fixture(scope="module")
def days(parsed, server, postgres_dsn, dbt_target, generate, view):
    """Rows of daily_health by format, each imported for a participant of its own."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        imports = Imports(warehouse.dsn, view)
        for name in FORMATS:
            imports.load(generate(name), person=person(view, participant_id=name))
        warehouse.transform()
        found: dict[str, dict[str, Any]] = {name: {} for name in FORMATS}
        for row in warehouse.rows("select * from agg.daily_health"):
            found[row["participant_id"]][str(row["local_date"])] = row
        yield found


@pytest.mark.parametrize("name", FORMATS)
def test_days_equal_the_truth(days, view, name):
    figures, metrics, subtracts_short = FORMATS[name]
    daily = {day: {m: values[m] for m in metrics} for day, values in stated(view).items()}
    columns = joined(expected(view, figures), daily)
    if subtracts_short is not None:
        columns = joined(columns, named("sleep_minutes", sleeps(view, subtracts_short)))
    assert wrong_values(days[name], columns) == []


def test_garmin_says_when_a_night_was_but_not_when_its_stages(days, view):
    """Then the whole time in bed counts."""
    in_bed = {
        day: row.get("sleep_minutes") for day, row in days["garmin"].items() if row["sleep_minutes"]
    }
    nights = view.sleeps(to_day(FIRST), to_day(LAST))
    wanted: dict[str, float] = {}
    for one in nights:
        day = str(to_date(one.day))
        wanted[day] = wanted.get(day, 0) + (one.end - one.start) / 60
    assert in_bed == pytest.approx(wanted)


def test_recordings_of_strava_bring_their_heart_rates(days, view):
    samples = sum(row["heart_rate_samples"] or 0 for row in days["strava"].values())
    at = [
        view.heart_between(one.start, one.end)[0]
        for one in view.exercises(to_day(FIRST), to_day(LAST))
    ]
    assert samples == sum(map(len, at)) > 0
