"""Generated exports -> raw -> stage -> agg: the figures of every day equal the truth."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.dbt.fixtures import a_warehouse
from tests.exports import expected as of
from tests.exports.conftest import FIRST, LAST, Imports, person

from vitals.simulator.truth.people import to_day

pytestmark = pytest.mark.slow

DAYS = range(to_day(FIRST), to_day(LAST) + 1)
DAY_TOTALS = (of.steps, of.distance, of.floors, of.active_energy, of.total_energy)
HEART_IN_SLEEP = of.heart_in_sleep(since=DAYS[0])

# Everything that each format carries.
FORMATS: dict[str, tuple[of.Column, ...]] = {
    "takeout": (
        of.heart, HEART_IN_SLEEP, of.steps, of.distance, of.total_energy, of.activities,
        of.sleep(counts_short=True), of.ALL_MEASURES, of.weight, of.time_zone,
    ),
    "google": (
        of.heart, HEART_IN_SLEEP, *DAY_TOTALS, of.activities, of.sleep(), of.ALL_MEASURES,
        of.weight, of.time_zone,
    ),
    "pmdata": (
        of.heart, HEART_IN_SLEEP, of.steps, of.distance, of.total_energy, of.activities,
        of.sleep(counts_short=True), of.measures("resting_heart_rate_bpm"), of.weight,
        of.time_zone,
    ),
    "strava": (of.activities, of.heart_in_exercises),
    "garmin": (
        of.heart, HEART_IN_SLEEP, *DAY_TOTALS, of.activities, of.sleep(stages="staged"),
        of.ALL_MEASURES,
    ),
    # Without the archive of recordings, Garmin says when a night was, but not when its stages.
    "garmin_json": (*DAY_TOTALS, of.activities, of.sleep(stages="none"), of.ALL_MEASURES),
    # Recordings as they come from the watch, without those of the day's heart rate.
    "garmin_fit": (of.activities, of.heart_in_exercises, of.sleep(stages="staged")),
    "apple": (
        of.heart, HEART_IN_SLEEP, of.steps, of.distance, of.floors, of.active_energy,
        of.activities, of.sleep(), of.weight, of.time_zone,
        of.measures("resting_heart_rate_bpm", "spo2_mean_pct", "respiratory_rate_per_min",
                    "vo2_max_ml_per_kg_min"),
    ),
}  # fmt: skip


def parts_of_garmin(export: Path, folder: Path) -> dict[str, Path]:
    """The JSON files of an account export alone, and its recordings alone."""
    found = {name: folder / f"{name}.zip" for name in ("garmin_json", "garmin_fit")}
    with zipfile.ZipFile(export) as whole, zipfile.ZipFile(found["garmin_json"], "w") as days:
        [inner] = [name for name in whole.namelist() if name.endswith(".zip")]
        for name in whole.namelist():
            if name != inner:
                days.writestr(name, whole.read(name))
        with (
            whole.open(inner) as content,
            zipfile.ZipFile(content) as recorded,
            zipfile.ZipFile(found["garmin_fit"], "w") as recordings,
        ):
            for name in recorded.namelist():
                if "_9" not in name:  # heart rates of days
                    recordings.writestr(name, recorded.read(name))
    return found


@pytest.fixture(scope="module")
def days(parsed, server, postgres_dsn, dbt_target, generate, view, tmp_path_factory):
    """Rows of daily_health by format, each imported for a participant of its own."""
    exports = parts_of_garmin(generate("garmin"), tmp_path_factory.mktemp("garmin"))
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as warehouse:
        imports = Imports(warehouse.dsn, view)
        for name in FORMATS:
            path = exports.get(name) or generate(name)
            imports.load(path, person=person(view, participant_id=name))
        warehouse.transform()
        found: dict[str, dict[str, Any]] = {name: {} for name in FORMATS}
        for row in warehouse.rows("select * from agg.daily_health"):
            found[row["participant_id"]][str(row["local_date"])] = row
        yield found


@pytest.mark.parametrize("name", FORMATS)
def test_days_equal_the_truth(days, view, name):
    wanted = of.expected(view, DAYS, *FORMATS[name])
    assert of.wrong_values(days[name], wanted) == []
    # Not everything is nothing.
    columns = {column for row in wanted.values() for column in row}
    empty = {column for column in columns if not any(row.get(column) for row in wanted.values())}
    assert empty <= {"hr_zone_peak_minutes"}


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_fills_columns_that_it_does_not_carry(days, view, name):
    carried = {column for row in of.expected(view, DAYS, *FORMATS[name]).values() for column in row}
    always = {"participant_id", "local_date", "timezone", "is_valid_day", "computed_at", "sources"}
    filled = {column for row in days[name].values() for column, value in row.items() if value}
    derived = {"sleep_heart_rate_mean_bpm"} | {f"hr_zone_{zone}_minutes" for zone in of.ZONES}
    assert filled - carried - always - derived == set()


def test_the_truth_holds_what_is_hard(view):
    """A journey, the night in which clocks change, classic nights and naps."""
    nights = view.sleeps(DAYS[0], DAYS[-1])
    changed = 1_774_746_000  # 2026-03-29 01:00 UTC
    assert any(one.start < changed < one.end for one in nights)
    assert {(one.kind, one.is_main) for one in nights} == {
        ("stages", True), ("classic", True), ("classic", False),
    }  # fmt: skip
    zones = {row["timezone"] for row in of.expected(view, DAYS, of.time_zone).values() if row}
    assert zones == {"Europe/Paris", "America/New_York"}
