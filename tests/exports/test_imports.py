"""Importing again, in pieces that overlap, in other units, and of great size."""

import json
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from tests.exports.conftest import FEW_DAYS, Imports, person, tree

from vitals.load.export_summary import ImportSummary, RowCounts
from vitals.load.summary import LoadSummary
from vitals.simulator.exports import takeout
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth.people import to_day

FIRST, LAST = FEW_DAYS


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
    count = first.files["loaded"]
    assert again.files == {"unchanged": count}
    assert again.rows == RowCounts()  # the profile of the person is no row of a file
    [said] = again.lines()
    assert said.startswith(f"files: {count} known already and not read again; ")
    assert imports.rows() == before

    # Known rows in a file that is not: each is accounted for.
    [steps] = tree(small).glob("steps-*.json")
    (small / steps.name).write_text(steps.read_text() + "\n")
    [(kind, counts)] = imports.load(small).kinds.items()
    read = first.kinds["takeout steps"].rows_read
    assert (kind, counts) == ("takeout steps", RowCounts(1, read, rows_known=read))
    assert imports.rows() == before

    # The same content in an archive, in folders of another language: recognised, and said so.
    renamed = tmp_path / "konto"
    shutil.copytree(tree(small), renamed / "Globale Exportdaten")
    imports.load(zipped(renamed, tmp_path / "takeout.zip"))
    assert imports.rows() == before
    statuses = {status for status, _ in imports.files().values()}
    assert "duplicate" in statuses


def test_what_people_are_told_of_an_import():
    summary = ImportSummary(LoadSummary("full"), files={"refused": 1, "loaded": 3}, seconds=1.234)
    summary.count_read("takeout heart_rate", read=71_940, rejected=3, without_value=12)
    summary.count_read("takeout heart_rate", read=60, rejected=0, without_value=0)
    summary.kinds["takeout heart_rate"].rows_loaded = 71_997
    summary.count_read("takeout sleep", read=40, rejected=0, without_value=0)
    summary.kinds["takeout sleep"].rows_known = 40
    assert list(summary.lines()) == [
        "                    files  rows read  loaded  known already  rejected  without value",
        "takeout heart_rate      2     72,000  71,997              0         3             12",
        "takeout sleep           1         40       0             40         0              0",
        "files: 3 loaded, 1 refused; 1.2 s",
    ]
    assert summary.rows == RowCounts(3, 72_040, 71_997, 40, 3, 12)


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
               progress=print, write_rows=100_000)
# Not what getrusage says, which begins with the size of the process that forked.
status = Path("/proc/self/status").read_text()
print("peak", int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


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
        done = subprocess.run(
            [sys.executable, "-c", IMPORT, imports.dsn, str(path)],
            env={"PYTHONPATH": "plugins", "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(int(done.stdout.rsplit("peak", 1)[1]))
        shutil.rmtree(path.parent)
    assert peaks[1] < 600 and peaks[1] - peaks[0] < 60, peaks
