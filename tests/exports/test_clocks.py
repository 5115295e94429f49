"""On which clock an export was written: UTC, local time, a constant shift, a watch that lags."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from tests.exports.conftest import Imports, tree, zone_history

from vitals.load.export_people import Person
from vitals.simulator.exports import google, takeout
from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import slashed
from vitals.simulator.truth.people import to_day


@pytest.mark.parametrize("reading", ["utc", "local"])
def test_the_clock_of_an_archive_is_found(imports: Imports, view, tmp_path, reading):
    """By a file in UTC beside it; without one, by the sleeps, in which nobody walks."""
    streams = frozenset({"steps", "heart_rate", "distance", "calories", "exercise"})
    style = takeout.Style(local=streams if reading == "local" else frozenset())
    classic, twin = tmp_path / "classic", tmp_path / "twin"
    first, last = to_day(date(2026, 3, 20)), to_day(date(2026, 3, 31))  # clocks change on the 29th
    with Sink.to(classic) as sink:
        takeout.write(view, sink, first, last, style)
    with Sink.to(twin) as sink:
        google.write(view, sink, first, last)
    imports.load(classic)
    bases = dict(imports.fetch("select distinct kind, time_basis from raw.export_files"))
    word = "UTC" if reading == "utc" else "local time by the zone history"
    assert all(bases[name].startswith(word) for name in ("steps", "heart_rate"))
    assert "in sleeps" in bases["steps"]
    rows = imports.rows()

    other = Person("twin", zone_history(view))
    imports.load(classic, twin, person=other)
    bases = dict(
        imports.fetch(
            "select distinct kind, time_basis from raw.export_files"
            " where participant_id = 'twin' and time_basis is not null"
        )
    )
    assert all(bases[name].startswith(word) for name in ("steps", "distance", "calories"))
    assert "agree with a file in UTC" in bases["steps"]
    assert len(rows["fitbit_export__measurements"]) == len(
        set(row[1:] for row in imports.rows()["fitbit_export__measurements"])
    )


def test_a_watch_that_changes_its_zone_when_it_syncs(imports: Imports, view, tmp_path):
    """In the nights of a journey the offsets of UserSleeps are right, the zone history is not."""
    first, last = to_day(date(2026, 2, 5)), to_day(date(2026, 2, 12))
    left = 1_770_465_600  # 2026-02-07 12:00 UTC: Paris -> New York
    late = left + 36 * 3_600  # the phone is only found a day and a half later

    def shown(view, at: int) -> int:
        return 3_600 if at < late else -18_000

    style = takeout.Style(sleep_offset=shown)
    with Sink.to(tmp_path / "export") as sink:
        takeout.write(view, sink, first, last, style)
        google.write(view, sink, first, last, shown)
    imports.load(tmp_path / "export")
    starts = imports.fetch("select start_ts from raw.fitbit_export__sleeps order by 1")
    wanted = sorted(one.start for one in view.sleeps(first, last))
    assert [int(at.timestamp()) for (at,) in starts] == wanted


def test_the_hour_that_comes_twice_in_autumn_is_two_hours(imports: Imports, view, tmp_path):
    """In local times without offset; that the clock went back shows in the order of records."""
    autumn = to_day(date(2025, 10, 26))  # 25 hours in Paris
    local = frozenset({"steps", "heart_rate", "distance", "calories", "exercise"})
    with Sink.to(tmp_path / "export") as sink:
        takeout.write(view, sink, autumn - 3, autumn + 2, takeout.Style(local=local))
    imports.load(tmp_path / "export")
    [(basis,)] = imports.fetch(
        "select distinct time_basis from raw.export_files where kind='steps'"
    )
    assert basis.startswith("local time by the zone history")

    nights = imports.fetch("select start_ts, end_ts from raw.fitbit_export__sleeps order by 1")
    assert [(int(start.timestamp()), int(end.timestamp())) for start, end in nights] == [
        (one.start, one.end) for one in view.sleeps(autumn - 3, autumn + 2)
    ]
    assert any(one.start < 1_761_440_400 < one.end for one in view.sleeps(autumn, autumn))

    table = view.minutes_of_civil_day(autumn)
    assert len(table.start) == 25 * 60
    found = imports.fetch(
        "select extract(epoch from ts)::bigint, value from raw.fitbit_export__measurements"
        " where metric = 'step_count' and ts between %s and %s order by 1",
        [datetime.fromtimestamp(int(table.start[at]), UTC) for at in (0, -1)],
    )
    counted = dict(zip(table.start.tolist(), table.steps.tolist(), strict=True))
    assert {ts: value for ts, value in found if value} == {
        ts: steps for ts, steps in counted.items() if steps
    }
    at, _ = view.heart_of_civil_day(autumn)
    stored = imports.fetch(
        "select extract(epoch from ts)::bigint from raw.fitbit_export__heart_rates"
        " where confidence > 0 and ts between %s and %s order by 1",
        [datetime.fromtimestamp(int(second), UTC) for second in (at[0], at[-1])],
    )
    assert np.array_equal(np.array(stored).ravel(), at)


def test_a_constant_shift_is_found_and_undone(imports: Imports, view, tmp_path):
    """Neither UTC nor the person's time: as of a watch that was set wrong."""
    first, last = to_day(date(2026, 3, 3)), to_day(date(2026, 3, 6))
    shift = 4 * 3_600 + 1_800
    style = takeout.Style(local=frozenset(), time=lambda at: slashed(at + shift))
    with Sink.to(tmp_path / "export") as sink:
        takeout.write(view, sink, first, last, style)
        google.write(view, sink, first, last)
    imports.load(tmp_path / "export")
    bases = dict(
        imports.fetch(
            "select kind, time_basis from raw.export_files where time_basis like %s",
            [f"UTC {shift:+d} s: %"],
        )
    )
    assert set(bases) == {"steps", "distance", "calories", "heart_rate", "exercise"}
    assert "agree with a file in UTC" in bases["steps"]
    found = dict(
        imports.fetch(
            "select extract(epoch from ts)::bigint, value from raw.fitbit_export__measurements"
            " where metric = 'step_count'"
        )
    )
    table = view.minutes_between(first, last)
    assert found == dict(zip(table.start.tolist(), table.steps.tolist(), strict=True))


def test_where_the_zone_history_comes_from(imports: Imports, view, tmp_path):
    """What the import is told, else what the warehouse knows, else what the export says."""
    first = to_day(date(2026, 3, 3))
    with Sink.to(tmp_path / "classic") as sink:
        takeout.write(view, sink, first, first + 1, takeout.Style(has_features=False))
    with Sink.to(tmp_path / "google") as sink:
        google.write(view, sink, first, first + 1)
    classic, both = [tmp_path / "classic"], [tmp_path / "classic", tmp_path / "google"]

    def basis(paths: list, whose: Person) -> str:
        imports.load(*paths, person=whose)
        [(found,)] = imports.fetch(
            "select distinct on (participant_id) time_basis from raw.export_files"
            " where kind = 'sleep' and participant_id = %s order by participant_id, file_id desc",
            [whose.participant_id],
        )
        return found.removeprefix("local time by ").partition(":")[0]

    assert basis(classic, Person("unknown")) == "the default zone UTC"
    assert basis(both, Person("stated")).startswith("offsets of ")
    told = Person("told", "Europe/Paris")
    assert basis(classic, told) == "the zone history given to the import"
    [sleep] = tree(tmp_path / "classic").glob("sleep-*.json")
    sleep.write_text(sleep.read_text() + " ")
    assert basis(classic, Person("told")) == "the zone history of an earlier import"


def test_a_file_named_after_a_day_that_never_was_is_compared_like_others(
    imports: Imports, tmp_path
):
    classic = '[{"dateTime": "03/01/26 08:00:00", "value": "70"}]'
    (tmp_path / "steps-2026-03-01.json").write_text(classic)
    twin = "timestamp,steps,data source\n2026-03-01T07:00:00Z,70,Pixel Watch\n"
    (tmp_path / "steps_2026-02-30.csv").write_text(twin)
    imports.load(tmp_path)
    loaded = {name for name, (status, _) in imports.files().items() if status == "loaded"}
    assert loaded == {"steps-2026-03-01.json", "steps_2026-02-30.csv"}
