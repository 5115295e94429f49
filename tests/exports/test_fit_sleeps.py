"""Nights in FIT files, as different watches write them."""

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby

import pytest
from tests.exports.conftest import Imports

from vitals.simulator.exports import fit as writer
from vitals.simulator.truth.people import to_date, to_day
from vitals.sources.account_exports import fit
from vitals.sources.account_exports.clock import Clock
from vitals.sources.account_exports.context import Context
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import SLEEPS, Rows

EVENING = int(datetime(2026, 3, 4, 22, tzinfo=UTC).timestamp())
FIRST, LAST = to_day(date(2026, 3, 1)), to_day(date(2026, 3, 30))


def read(content: bytes, zone: str = "UTC") -> Rows:
    """What a file says of sleeps."""
    file = ExportFile("x", "x.fit", len(content), lambda: io.BytesIO(content))
    context = Context(Clock.read(zone, "of the test"))
    [rows] = [rows for rows in fit.read(file, context, False) if rows.shape is SLEEPS]
    return rows


def night(levels: Sequence[tuple[int, str]], *events: tuple[int, str]) -> bytes:
    """A file with levels and events at minutes after ten in the evening."""
    encoder, numbers = writer._begin(49, EVENING)
    for minute, kind in events:
        encoder.write_mesg(
            {"mesg_num": numbers["EVENT"], "event": 74, "event_type": kind, "timestamp":
             datetime.fromtimestamp(EVENING + minute * 60, UTC)}
        )  # fmt: skip
    for minute, level in levels:
        encoder.write_mesg(
            {"mesg_num": numbers["SLEEP_LEVEL"], "sleep_level": level, "timestamp":
             datetime.fromtimestamp(EVENING + minute * 60, UTC)}
        )  # fmt: skip
    return bytes(encoder.close())


def spans(rows: Rows) -> list[tuple[int, int, list[tuple[int, int, str]]]]:
    """Start and end in minutes after ten, and (start, length, level) from there."""
    found = []
    for row in rows.table.to_pylist():
        start, end = (int(row[name].timestamp()) - EVENING for name in ("start_ts", "end_ts"))
        stages = [
            (one["elapsed_seconds"] // 60, one["seconds"] // 60, one["level"])
            for one in json.loads(row["levels"] or "[]")
        ]
        found.append((start // 60, end // 60, stages))
    return found


@pytest.mark.parametrize("by_minute", [False, True])
def test_stages_equal_the_truth(view, by_minute):
    for one in view.sleeps(FIRST, LAST):
        [row] = read(writer.sleep(one, 3_600, by_minute)).table.to_pylist()
        assert (row["start_ts"].timestamp(), row["end_ts"].timestamp()) == (one.start, one.end)
        levels = json.loads(row["levels"] or "[]")
        found = [
            (one.start + level["elapsed_seconds"], level["seconds"], level["level"])
            for level in levels
        ]
        # Where one stage follows another of its kind, nobody can tell them apart.
        runs = [list(run) for _, run in groupby(one.stages, key=lambda stage: stage.level)]
        wanted = [(run[0].start, sum(stage.seconds for stage in run), run[0].level) for run in runs]
        assert found == (wanted if one.kind == "stages" else [])
        assert row["local_date"] == to_date(one.day)
        assert ("overall_sleep_score" in row["extra"]) == one.is_main


def test_the_local_day_is_what_the_watch_showed(view):
    """It was set back by the sync only after the journey; the zone history does not count."""
    [one, *_] = view.sleeps(FIRST, LAST)
    offset = 14 * 3_600
    [row] = read(writer.sleep(one, offset), "Europe/Paris").table.to_pylist()
    assert row["utc_offset_seconds"] == offset
    assert row["local_date"] == datetime.fromtimestamp(one.end + offset, UTC).date()


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        pytest.param(
            night([(30, "light"), (60, "unmeasurable"), (90, "deep")], (0, "start"), (90, "stop")),
            [(0, 90, [(0, 30, "light"), (60, 30, "deep")])],
            id="a gap where nothing could be measured",
        ),
        pytest.param(
            night([(30, "light"), (400, "rem")], (0, "start")),
            [(0, 400, [(0, 30, "light"), (30, 370, "rem")])],
            id="no end: to the last level",
        ),
        pytest.param(
            night([(1, "light"), (2, "light"), (5, "deep")]),
            [(0, 5, [(0, 2, "light"), (2, 3, "deep")])],
            id="no events: the first level was one minute",
        ),
        pytest.param(
            night([(3, "awake"), (9, "unmeasurable")], (0, "start"), (300, "stop")),
            [(0, 300, [])],
            id="a watch that does not tell stages",
        ),
        pytest.param(
            night(
                [(20, "light"), (100, "deep"), (130, "light"), (180, "rem")],
                (0, "start"), (100, "stop"), (120, "start"), (180, "stop"),
            ),
            [
                (0, 100, [(0, 20, "light"), (20, 80, "deep")]),
                (120, 180, [(0, 10, "light"), (10, 50, "rem")]),
            ],
            id="two nights in one file",
        ),
        pytest.param(night([]), [], id="no night at all"),
    ],
)  # fmt: skip
def test_other_watches(content, wanted):
    rows = read(content)
    assert spans(rows) == wanted
    assert rows.rejected == []


@pytest.mark.parametrize("end", [0, 25 * 60])
def test_a_night_without_length_or_without_end_is_rejected(end):
    rows = read(night([(10, "light")], (0, "start"), (end, "stop")))
    assert rows.table.num_rows == 0
    [rejected] = rows.rejected
    assert "within 24 hours" in rejected.reason


def test_a_nap_that_was_deleted_is_left_out():
    encoder, numbers = writer._begin(49, EVENING)
    for number, is_deleted in enumerate((0, 1)):
        start = EVENING + number * 7_200
        times = {"start_time": start, "end_time": start + 1_800}
        encoder.write_mesg(
            {"mesg_num": numbers["NAP_EVENT"], "is_deleted": is_deleted}
            | {name: datetime.fromtimestamp(at, UTC) for name, at in times.items()}
        )
    assert spans(read(bytes(encoder.close()))) == [(0, 30, [])]


def test_a_night_in_the_account_and_on_the_watch_is_kept_from_both(imports: Imports, generate):
    """They are one sleep downstream; what a person has edited does not cost the stages."""
    imports.load(generate("garmin", date(2026, 3, 3), date(2026, 3, 5)))
    nights = imports.fetch(
        "select count(*), count(distinct start_ts), count(levels),"
        " count(*) filter (where sleep_id like 'fit:%'),"
        " count(*) filter (where extra ? 'overall_sleep_score') from raw.garmin_export__sleeps"
    )
    [(rows, starts, staged, recorded, scored)] = nights
    assert rows == 2 * starts == 2 * recorded
    assert 0 < staged <= scored <= recorded
