"""Files, archives and records that are not as they should be: said, and nothing else is lost."""

import gzip
import io
import json
import zipfile
from pathlib import Path

from tests.exports.conftest import Imports, tree

from vitals.load.export_people import Person


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
    (folder / "activities.csv").write_text('Activity ID,Activity Date\n1,"' + "x" * 200_000)
    (folder / "UserSleeps_2026-03-01.csv").write_bytes(b"sleep_id,sleep_start,\xff\n1,2,3\n")
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
    assert statuses["activities.csv"] == statuses["UserSleeps_2026-03-01.csv"] == "refused"
    assert "no whole CSV" in found["activities.csv"][1]
    assert "no valid CSV" in found["UserSleeps_2026-03-01.csv"][1]
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


def test_garmins_sentinels_are_no_values(imports: Imports, tmp_path):
    """Below 0, and 0 where nothing can be 0; the date in two forms."""
    days = [
        {"calendarDate": "2026-03-01", "totalSteps": 0, "restingHeartRate": 0},
        {"calendarDate": "2026-03-02", "totalSteps": -1, "activeKilocalories": -2.0},
        {"calendarDate": {"date": "Mar 3, 2026 12:00:00 AM"}, "totalSteps": 7_142},
        {"calendarDate": "someday", "totalSteps": 1},
    ]
    nights = [
        {"calendarDate": "2026-03-01", "sleepStartTimestampGMT": "2026-02-28T23:00:00.0",
         "sleepEndTimestampGMT": "2026-03-01T06:00:00.0", "deepSleepSeconds": 3_600,
         "unmeasurableSeconds": -1},
        {"calendarDate": "2026-03-02", "retro": False},
    ]  # fmt: skip
    status = [
        {"calendarDate": "2026-03-01", "metrics": [{"type": "HRV", "value": -1.0},
         {"type": "SPO2", "value": 50.0}, {"type": "RESPIRATION", "value": 14.5}]}
    ]  # fmt: skip
    for name, content in (("UDSFile_2026", days), ("1_sleepData", nights),
                          ("1_healthStatusData", status)):  # fmt: skip
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    imports.load(tmp_path, person=Person("p1", "UTC"))
    values = imports.fetch(
        "select local_date::text, metric, value from raw.garmin_export__daily_values order by 1, 2"
    )
    assert values == [
        ("2026-03-01", "respiratory_rate", 14.5),
        ("2026-03-01", "step_count_daily", 0),
        ("2026-03-03", "step_count_daily", 7_142),
    ]
    assert imports.fetch("select extra from raw.garmin_export__sleeps") == [
        ({"deepSleepSeconds": 3_600},)
    ]
    counts = imports.fetch(
        "select kind, rows_without_value, rows_rejected from raw.export_files order by kind"
    )
    assert counts == [("days", 3, 1), ("health_status", 2, 0), ("sleep", 1, 0)]
