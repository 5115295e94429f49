"""Importing again, in pieces, killed, and from files that are not as they should be."""

import gzip
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from tests.exports.conftest import Imports, person, zone_history

from vitals.load.export_people import Person
from vitals.simulator.exports import google, takeout
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth.people import to_day

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 12)
# The parts of the classic tree, without the bulk of heart rates.
LIGHT = ("steps-", "sleep-", "exercise-", "weight-", "resting_heart_rate-")


@pytest.fixture
def small(view, tmp_path) -> Path:
    """A classic tree of some days as a folder."""
    folder = tmp_path / "small"
    with Sink.to(folder) as sink:
        takeout.write(view, sink, to_day(FIRST), to_day(LAST))
    return folder


def tree(folder: Path) -> Path:
    return folder / "Takeout" / "Fitbit" / "Global Export Data"


def zipped(folder: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return path


def test_the_same_files_again_change_nothing(imports: Imports, small, tmp_path):
    first = imports.load(small)
    before, files = imports.rows(), imports.files()
    assert first.files["loaded"] == sum(status == "loaded" for status, _ in files.values())

    again = imports.load(small)
    assert again.files == {"unchanged": first.files["loaded"]}
    assert again.loads.counts["rows_read"] == 1  # the profile
    assert imports.rows() == before

    # The same content in an archive: recognised, and said so.
    imports.load(zipped(small, tmp_path / "takeout.zip"))
    assert imports.rows() == before
    statuses = {status for status, _ in imports.files().values()}
    assert "duplicate" in statuses


def test_overlapping_exports_give_the_same_rows_in_any_order(new_warehouse, view, tmp_path):
    parts = []
    for number, (first, last) in enumerate([(1, 7), (5, 12), (1, 12)]):
        path = tmp_path / f"takeout-{number}.zip"
        with Sink.to(path) as sink:
            takeout.write(view, sink, to_day(date(2026, 3, first)), to_day(date(2026, 3, last)))
        parts.append(path)
    found = []
    for order in (parts, parts[::-1]):
        imports = Imports(new_warehouse(), view)
        for path in order:
            imports.load(path)
        found.append(imports.rows())
    assert found[0] == found[1]
    assert len(found[0]["fitbit_export__heart_rates"]) > 10_000


def test_copies_of_a_sleep_that_differ_are_one_sleep(imports: Imports, small):
    [path] = tree(small).glob("sleep-*.json")
    logs = json.loads(path.read_text())
    staged = next(log for log in logs if log["type"] == "stages")
    shorter = takeout._unfinished(staged)
    without_stages = {**staged, "levels": {"data": []}}
    others = [[shorter], [without_stages], [staged], [shorter]]
    for number, copies in enumerate(others):
        file = small / "x" / f"sleep-2026-02-0{number + 1}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(copies))
        imports.load(file)
    rows = imports.fetch(
        "select sleep_id, extract(epoch from end_ts - start_ts)::bigint * 1000,"
        " jsonb_array_length(levels) from raw.fitbit_export__sleeps"
    )
    assert rows == [(str(staged["logId"]), staged["duration"], len(staged["levels"]["data"]))]


def test_files_that_cannot_be_read_keep_nothing_else_from_being_loaded(
    imports: Imports, small, tmp_path
):
    folder = tree(small)
    good = sorted(folder.glob("steps-*.json"))[0]
    (folder / "steps-2020-01-01.json").write_bytes(b"")
    (folder / "steps-2020-02-01.json").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12345\n"
    )
    text = good.read_text()
    (folder / "steps-2020-03-01.json").write_text(text[: len(text) // 2])
    (folder / "steps-2020-04-01.json").write_text("timestamp,steps\n")
    (folder / "steps-2020-05-01.txt").write_text(text)  # a wrong extension: the content counts
    (folder / "notes.json").write_text('{"hello": 1}')
    (folder / "zeros.json").write_bytes(b"\0" * 100)
    (folder / ".DS_Store").write_bytes(b"Bud1")
    (folder / "link.json").symlink_to(good)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (folder / "old.tar.gz").write_bytes(gzip.compress(b"tar"))
    (folder / "altitude-2026-03-01.json").write_text('[{"dateTime": "03/01/26 00:00:00"}]')
    imports.load(small)
    found = {Path(path).name: verdict for path, verdict in imports.files().items()}
    statuses = {name: status for name, (status, _) in found.items()}
    assert statuses["steps-2020-01-01.json"] == "refused"
    assert "git lfs pull" in found["steps-2020-02-01.json"][1]
    assert statuses["steps-2020-03-01.json"] == "refused"
    assert "ends in the middle" in found["steps-2020-03-01.json"][1]
    assert statuses["steps-2020-04-01.json"] == "unrecognised"
    assert "its content is not that" in found["steps-2020-04-01.json"][1]
    assert statuses["steps-2020-05-01.txt"] in ("loaded", "duplicate")
    assert statuses["notes.json"] == "unrecognised"
    assert statuses["zeros.json"] == statuses["link.json"] == "refused"
    assert statuses["broken.zip"] == statuses["old.tar.gz"] == "refused"
    assert statuses[".DS_Store"] == statuses["altitude-2026-03-01.json"] == "left_out"
    assert statuses[good.name] == "loaded"
    assert all(reason and "\n" not in reason for status, reason in found.values()
               if status != "loaded")  # fmt: skip
    steps = imports.fetch(
        "select count(*) from raw.fitbit_export__measurements where metric = 'step_count'"
    )
    assert steps[0][0] > 17_000
    imports.load(small)  # what was refused is tried again, and noted once
    assert len(imports.fetch("select from raw.export_files")) == len(found)


def test_archives_that_mean_harm_are_refused(imports: Imports, small, tmp_path):
    good = sorted(tree(small).glob("steps-*.json"))[0].read_text()
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/steps-2026-01-01.json", good)
        archive.writestr("/tmp/steps-2026-01-02.json", good)
        archive.writestr("..\\steps-2026-01-03.json", good)
        archive.writestr("heart_rate-2026-01-01.json", b"[" + b" " * 200_000_000)
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as nested, zipfile.ZipFile(io.BytesIO(), "w"):
            nested.writestr("deeper.zip", b"PK")
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("bomb.fit.gz", gzip.compress(b"\0" * 100_000_000))
        archive.writestr("Takeout/steps-2026-03-01.json", good)
    imports.load(path)
    found = imports.files()
    assert [found[name][0] for name in sorted(found) if "steps-2026-01" in name] == ["refused"] * 3
    assert "leads out" in found["../../etc/steps-2026-01-01.json"][1]
    assert "zip bomb" in found["heart_rate-2026-01-01.json"][1]
    assert found["inner.zip!deeper.zip"][0] == "refused"
    assert found["bomb.fit.gz"][0] in ("refused", "unrecognised")
    assert found["Takeout/steps-2026-03-01.json"][0] == "loaded"
    assert not (tmp_path.parent / "etc").exists()


def test_bad_records_are_kept_with_the_reason(imports: Imports, tmp_path):
    samples = [
        {"dateTime": "03/01/26 08:00:00", "value": {"bpm": 60, "confidence": 2}},
        {"dateTime": "2026-03-01 08:00:05", "value": {"bpm": "61", "confidence": 1}},
        {"dateTime": "2026-03-01T08:00:10Z", "value": {"bpm": 62.0, "confidence": 1}},
        {"dateTime": "31/12/26 08:00:15", "value": {"bpm": 63, "confidence": 1}},
        {"dateTime": "03/01/26 08:00:20", "value": {"bpm": 0, "confidence": 0}},
        {"dateTime": "03/01/26 08:00:25", "value": {"bpm": 251, "confidence": 3}},
        {"dateTime": "03/01/26 08:00:30", "value": None},
        {"value": {"bpm": 70}},
        "nonsense",
        {"dateTime": "03/01/26 08:00:35", "value": {"bpm": 64}},
    ]
    path = tmp_path / "heart_rate-2026-03-01.json"
    path.write_text(json.dumps(samples))
    imports.load(path, person=Person("p1", "UTC"))
    kept = imports.fetch("select ts, bpm from raw.fitbit_export__heart_rates order by ts")
    assert [(at.second, bpm) for at, bpm in kept] == [(0, 60), (5, 61), (10, 62), (35, 64)]
    reasons = imports.fetch("select reason, payload from raw.rejected_records order by record_id")
    assert len(reasons) == 6
    [(read, rejected)] = imports.fetch("select rows_read, rows_rejected from raw.export_files")
    assert (read, rejected) == (10, 6)


def test_placeholders_are_no_values(imports: Imports, tmp_path):
    resting = [
        {"dateTime": "03/01/26 00:00:00", "value": {"date": "03/01/26", "value": 61.4, "error": 7}},
        {"dateTime": "03/02/26 00:00:00", "value": {"date": None, "value": 0.0, "error": 0.0}},
        {"dateTime": "03/03/26 00:00:00", "value": {"date": None, "value": 58.0, "error": 0.0}},
    ]
    (tmp_path / "resting_heart_rate-2026-03-01.json").write_text(json.dumps(resting))
    (tmp_path / "Minute SpO2 - 2026-03-01.csv").write_text(
        "timestamp,value\n2026-03-01T01:00:00Z,50.0\n2026-03-01T01:01:00Z,95.5\n"
        "2026-03-01T01:02:00Z,50\n2026-03-01T01:03:00Z,-1\n"
    )
    imports.load(tmp_path, person=Person("p1", "UTC"))
    daily = imports.fetch("select value from raw.fitbit_export__daily_values")
    spo2 = imports.fetch("select value from raw.google_health_export__measurements")
    assert (daily, spo2) == ([(61.4,)], [(95.5,)])
    counts = imports.fetch(
        "select kind, rows_without_value, rows_rejected from raw.export_files order by kind"
    )
    assert counts == [("minute_spo2", 2, 1), ("resting_heart_rate", 2, 0)]


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


def test_pounds_and_kilograms_give_the_same_weight(imports: Imports, view, tmp_path):
    for in_pounds in (True, False):
        with Sink.to(tmp_path / str(in_pounds)) as sink:
            style = takeout.Style(in_pounds=in_pounds, has_features=False)
            takeout.write(view, sink, to_day(FIRST), to_day(LAST), style)
        whose = person(view, participant_id=f"pounds-{in_pounds}")
        files = sorted(tree(tmp_path / str(in_pounds)).glob("weight-*.json"))
        imports.load(*files, person=whose)
    weights = imports.fetch(
        "select account_id, ts, value from raw.fitbit_export__measurements order by 2, 1"
    )
    assert len(weights) >= 4
    values = [round(value, 3) for _, _, value in weights]
    assert values[::2] == values[1::2]


def test_files_of_several_people_are_refused(imports: Imports, truth, tmp_path):
    from vitals.simulator.exports import pmdata

    with Sink.to(tmp_path / "pmdata") as sink:
        for number in (1, 2):
            view = truth.view(truth.account(number))
            pmdata.write(view, sink, to_day(FIRST), to_day(FIRST))
    with pytest.raises(ValueError, match="p01, p02"):
        imports.load(tmp_path / "pmdata")
    assert imports.load(tmp_path / "pmdata" / "p02").files["loaded"] >= 7


IMPORT = """
import sys
from pathlib import Path
from vitals.load.export_people import Person
from vitals.load.exports import import_exports
import_exports(sys.argv[1], [Path(sys.argv[2])], Person("p0001", "Europe/Paris"),
               progress=print, write_rows=5_000)
"""


@pytest.mark.slow
def test_a_killed_import_is_completed_by_the_next(new_warehouse, view, small):
    whose = Person("p0001", "Europe/Paris")
    undisturbed = Imports(new_warehouse(), view)
    undisturbed.load(small, person=whose)
    disturbed = Imports(new_warehouse(), view)
    chance = random.Random(4)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", IMPORT, disturbed.dsn, str(small)],
            env={"PYTHONPATH": "plugins", "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            text=True,
        )
        # It says a line for each load that is committed.
        for _ in range(chance.randint(1, 5)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
    disturbed.load(small, person=whose, write_rows=5_000)
    assert disturbed.rows() == undisturbed.rows()
    states = disturbed.fetch("select distinct status from raw.loads")
    assert set(states) <= {("done",), ("interrupted",)}
    assert disturbed.fetch("select count(*) from raw.export_files where status = 'reading'") == [
        (0,)
    ]


def test_memory_does_not_grow_with_the_size_of_a_file(imports: Imports, tmp_path):
    """Two files, the second four times as large: the larger one takes hardly more."""
    peaks = []
    for number, days in enumerate((3, 12)):
        path = tmp_path / f"{number}" / "heart_rate.json"
        path.parent.mkdir()
        with path.open("w") as out:
            out.write("[")
            for second in range(days * 86_400):
                moment = time.strftime("%m/%d/%y %H:%M:%S", time.gmtime(1_700_000_000 + second))
                out.write(
                    f'{"," if second else ""}{{\n  "dateTime" : "{moment}",\n  "value" : {{\n'
                    f'    "bpm" : {60 + second % 40},\n    "confidence" : 2\n  }}\n}}'
                )
            out.write("]")
        script = IMPORT.replace("write_rows=5_000", "write_rows=100_000") + (
            # Not what getrusage says, which begins with the size of the process that forked.
            "\nstatus = Path('/proc/self/status').read_text()\n"
            "print('peak', int(status.split('VmHWM:')[1].split()[0]) // 1024)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, imports.dsn, str(path)],
            env={"PYTHONPATH": "plugins", "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(int(done.stdout.rsplit("peak", 1)[1]))
        shutil.rmtree(path.parent)
    assert peaks[1] < 600 and peaks[1] - peaks[0] < 60, peaks
