"""What people have beside whole exports: encrypted archives, recordings, the hour that repeats."""

import struct
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.exports.conftest import Imports

from vitals.simulator.exports import fit
from vitals.simulator.truth.people import to_day

STEPS = '[{"dateTime": "03/01/26 08:00:00", "value": "70"}]'
GPX = """<?xml version="1.0"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="http://www.garmin.com/x/v1"><trk><trkseg>
<trkpt lat="48.1" lon="2.3"><time>2026-03-05T07:00:00Z</time>
<extensions><x:TrackPointExtension><x:hr>118</x:hr></x:TrackPointExtension></extensions></trkpt>
<trkpt lat="48.2" lon="2.3"><time>2026-03-05T08:00:05+01:00</time>
<extensions><x:TrackPointExtension><x:hr>121</x:hr></x:TrackPointExtension></extensions></trkpt>
<trkpt lat="48.2" lon="2.4"><time>2026-03-05T07:00:10Z</time></trkpt>
</trkseg></trk></gpx>
"""


def encrypt(path: Path, name: str) -> None:
    """Mark a member as encrypted, as programs do that ask for a password."""
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(name).header_offset
    data = bytearray(path.read_bytes())
    central = data.rindex(name.encode()) - 46
    for at in (local + 6, central + 8):
        struct.pack_into("<H", data, at, 1 | struct.unpack_from("<H", data, at)[0])
    path.write_bytes(data)


def test_an_encrypted_archive_says_what_to_do(imports: Imports, tmp_path):
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("steps-2026-03-01.json", STEPS)
        archive.writestr("steps-2026-03-02.json", STEPS.replace("03/01", "03/02"))
    encrypt(path, "steps-2026-03-01.json")
    summary = imports.load(path)
    reason = "it is encrypted: unpack it with its password and import the folder"
    files = imports.files()
    assert files["steps-2026-03-01.json"] == ("refused", reason)
    assert files["steps-2026-03-02.json"][0] == "loaded"
    assert summary.problems == {"steps-2026-03-01.json": reason}


@pytest.fixture
def recordings(view, tmp_path) -> list[Path]:
    """A run, the heart rates of a day, and a ride, as files on their own."""
    [run, *_] = view.exercises(to_day(date(2026, 3, 1)), to_day(date(2026, 3, 20)))
    at, bpm = view.heart_of_civil_day(to_day(date(2026, 3, 10)))
    contents = {
        "run.fit": fit.activity(view, run),
        "day.fit": fit.monitoring(at, bpm),
        "ride.gpx": GPX.encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def test_recordings_on_their_own_are_read(imports: Imports, view, recordings):
    [run, *_] = view.exercises(to_day(date(2026, 3, 1)), to_day(date(2026, 3, 20)))
    imports.load(*recordings)
    assert {name: status for name, (status, _) in imports.files().items()} == dict.fromkeys(
        ("run.fit", "day.fit", "ride.gpx"), "loaded"
    )
    # A FIT file brings its activity, a GPX file does not say enough for one.
    assert imports.fetch("select start_ts, end_ts from raw.garmin_export__activities") == [
        (datetime.fromtimestamp(run.start, UTC), datetime.fromtimestamp(run.end, UTC))
    ]
    ride = imports.fetch(
        "select ts, bpm from raw.garmin_export__heart_rates where ts between %s and %s order by 1",
        ["2026-03-05 07:00:00+00", "2026-03-05 07:00:10+00"],
    )
    assert [(ts.second, bpm) for ts, bpm in ride] == [(0, 118), (5, 121)]
    at, _ = view.heart_of_civil_day(to_day(date(2026, 3, 10)))
    day = imports.fetch(
        "select count(*) from raw.garmin_export__heart_rates where ts between %s and %s",
        [datetime.fromtimestamp(int(second), UTC) for second in (at[0], at[-1])],
    )
    assert day == [(len(at),)]
