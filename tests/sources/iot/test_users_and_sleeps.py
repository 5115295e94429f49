"""Documents of users and sleeps: a wrong field costs only itself."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import bson
import pytest
from bson import ObjectId

from vitals.sources.iot import documents, instants
from vitals.sources.iot.sleeps import SleepReader
from vitals.sources.iot.users import UserReader

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
START = datetime(2026, 4, 30, 22, tzinfo=UTC)
END = START + timedelta(hours=8)


def read(make_reader, *found: dict[str, Any]):
    reader = make_reader(instants.from_value(NOW)[0])
    for document in found:
        raw = bson.encode({"_id": ObjectId("a" * 24), **document})
        reader.add(list(documents.split(raw)))
    table, superseded = reader.table()
    refused = sum(not item.row_kept for item in reader.rejected)
    assert reader.rows_read == table.num_rows + refused + superseded
    return table.to_pylist(), reader


def read_users(*found):
    return read(UserReader, *found)


def read_sleeps(*metrics, **fields):
    return read(SleepReader, {"device_id": "watch", "metrics": list(metrics), **fields})


def test_a_whole_user():
    rows, reader = read_users({
        "user_id": 7, "age": 42.0, "dob": "1983-10-05", "gender": "f", "height": 171,
        "email": "a@example.org", "devices": ["one", 2, "one"], "created_at": 1_700_000_000_000,
        "time_zone": "Europe/Oslo", "country": "NO",
    })  # fmt: skip
    assert reader.rejected == []
    assert rows == [{
        "user_id": "7", "age": 42, "dob": date(1983, 10, 5), "gender": "f", "height_cm": 171.0,
        "email": "a@example.org", "devices": '["one", "2"]', "time_zone": '"Europe/Oslo"',
        "country": "NO", "created_at": datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        "extra": None,
    }]  # fmt: skip


def test_a_user_needs_only_an_id():
    rows, reader = read_users({"user_id": "u"})
    assert (rows[0]["devices"], rows[0]["time_zone"], reader.rejected) == ("[]", None, [])


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("age", "42", "valid integer"),
        ("age", -1, "greater than or equal to 0"),
        ("age", True, "valid integer"),
        ("age", 41.5, "valid integer"),
        ("dob", "05.10.1983", "no instant"),
        ("dob", "2083-01-01", "in the future"),
        ("height", float("nan"), "finite number"),
        ("height", 1.71, "greater than or equal to 30"),
        ("email", 5, "valid string"),
        ("email", "a" * 321, "at most 320 characters"),
        ("gender", 2, "valid string"),
        ("gender", "she wrote a whole story into it. " * 3, "at most 64 characters"),
        ("gender", "a\0b", "NUL character"),
        ("devices", "watch", "valid list"),
        ("created_at", "long ago", "no instant"),
        ("time_zone", "Mars/Olympus", "no time zone of the IANA database"),
        ("time_zone", 60, "no time zone of the IANA database"),
    ],
)
def test_a_wrong_field_of_a_user_is_left_out_and_reported(field, value, reason):
    rows, reader = read_users({"user_id": "u", "country": "NO", field: value})
    column = {"height": "height_cm"}.get(field, field)
    assert rows[0]["country"] == "NO"
    assert rows[0][column] == ("[]" if field == "devices" else None)
    (refused,) = reader.rejected
    assert (refused.field, refused.row_kept) == (field, True)
    assert field in refused.reason and reason in refused.reason
    assert any(remedy in refused.reason for remedy in ("correct it", "write ", "remove it"))
    assert json.loads(refused.payload)["user_id"] == "u"


@pytest.mark.parametrize("document", [{}, {"user_id": None}, {"user_id": True}, {"name": "u"}])
def test_a_user_without_id_is_refused(document):
    rows, reader = read_users(document, {"user_id": "other"})
    assert [row["user_id"] for row in rows] == ["other"]
    assert [(item.field, item.row_kept) for item in reader.rejected] == [("user_id", False)]


def test_a_wrong_entry_of_a_time_zone_history_costs_only_itself():
    history = [
        {"valid_from": "2026-03-01T00:00:00Z", "time_zone": "Asia/Tokyo"},
        {"valid_from": 1_700_000_000, "time_zone": "Europe/Oslo"},
        {"valid_from": "2026-04-01T00:00:00Z", "time_zone": "Nowhere"},
        "Europe/Paris",
    ]
    rows, reader = read_users({"user_id": "u", "time_zone": history})
    assert json.loads(rows[0]["time_zone"]) == [
        {"valid_from": "2023-11-14T22:13:20Z", "time_zone": "Europe/Oslo"},
        {"valid_from": "2026-03-01T00:00:00Z", "time_zone": "Asia/Tokyo"},
    ]
    assert [item.field for item in reader.rejected] == ["time_zone.2.time_zone", "time_zone.3"]


@pytest.mark.parametrize("gender", ["Female", " m ", "non-binary", "女", ""])
def test_any_word_is_a_gender(gender):
    rows, reader = read_users({"user_id": "u", "gender": gender})
    assert (rows[0]["gender"], reader.rejected) == (gender.strip(), [])


def test_new_fields_of_a_user_are_kept_and_reported():
    rows, reader = read_users({"user_id": "u", "nickname": "ada"})
    assert json.loads(rows[0]["extra"]) == {"nickname": "ada"}
    assert reader.unknown_fields == {"nickname"}


def test_of_two_documents_for_one_user_the_latest_created_stands():
    old = {"user_id": "u", "country": "NO", "created_at": 1_600_000_000}
    new = {"user_id": "u", "country": "SE", "created_at": 1_700_000_000}
    for pair in ([old, new], [new, old]):
        assert [row["country"] for row in read_users(*pair)[0]] == ["SE"]


def test_a_whole_sleep():
    levels = [
        {"ts": "2026-04-30T23:00:00Z", "level": "Deep ", "seconds": 1800},
        {"ts": START, "level": "light", "seconds": 30.5},
    ]
    sleep = {"start_ts": START, "end_ts": END, "duration": 28_800_000, "levels": levels}
    rows, reader = read_sleeps(sleep)
    assert not reader.rejected
    assert not reader.notes
    assert (rows[0]["start_ts"], rows[0]["end_ts"]) == (START, END)
    assert rows[0]["duration_ms"] == 28_800_000
    assert json.loads(rows[0]["levels"]) == [
        {"ts": "2026-04-30T22:00:00Z", "level": "light", "seconds": 30.5},
        {"ts": "2026-04-30T23:00:00Z", "level": "deep", "seconds": 1800},
    ]


@pytest.mark.parametrize(
    ("sleep", "field", "reason"),
    [
        ({"end_ts": END}, "start_ts", "start_ts is missing"),
        ({"start_ts": START, "end_ts": "late"}, "end_ts", "no instant"),
        ({"start_ts": END, "end_ts": START}, "end_ts", "not after start_ts"),
        ({"start_ts": START, "end_ts": START}, "end_ts", "not after start_ts"),
        ({"start_ts": START - timedelta(hours=17), "end_ts": END}, "end_ts", "longer than 24 h"),
        ({"start_ts": 0, "end_ts": 28_800}, "start_ts", "before the year 2000"),
        ({"start_ts": NOW, "end_ts": NOW + timedelta(days=3)}, "end_ts", "in the future"),
        ("sleep", "start_ts", "start_ts is missing"),
    ],
    ids=repr,
)
def test_a_bad_sleep_is_refused_alone(sleep, field, reason):
    rows, reader = read_sleeps({"start_ts": START, "end_ts": END}, sleep)
    assert len(rows) == 1
    (refused,) = reader.rejected
    assert (refused.record_id, refused.field) == (f"{'a' * 24}#1", field)
    assert reason in refused.reason
    assert json.loads(refused.payload)["device_id"] == "watch"


@pytest.mark.parametrize("duration", [-1, "8 h", True, float("nan")], ids=repr)
def test_a_wrong_duration_costs_only_itself(duration):
    rows, reader = read_sleeps({"start_ts": START, "end_ts": END, "duration": duration})
    assert [row["duration_ms"] for row in rows] == [None]
    assert [(item.field, item.row_kept) for item in reader.rejected] == [("duration", True)]


def test_a_duration_is_only_checked_against_the_interval():
    rows, reader = read_sleeps({"start_ts": START, "end_ts": END, "duration": 1_000_000})
    assert [row["duration_ms"] for row in rows] == [1_000_000]
    assert not reader.rejected
    assert sum(reader.notes.values()) == 1


def test_a_wrong_stage_costs_only_itself():
    levels = [
        {"ts": START, "level": "deep", "seconds": 60},
        {"ts": START, "level": "deep", "seconds": -60},
        {"ts": START, "level": 3, "seconds": 60},
        {"ts": START, "level": "coma", "seconds": 60},
        "rem",
    ]
    rows, reader = read_sleeps({"start_ts": START, "end_ts": END, "levels": levels})
    assert [stage["seconds"] for stage in json.loads(rows[0]["levels"])] == [60]
    assert {item.row_kept for item in reader.rejected} == {True}
    assert len(reader.rejected) == 4
    assert (
        "levels.3.level is no stage of sleep: write one of awake, wake, restless, asleep, light, "
        "deep, rem" in {item.reason for item in reader.rejected}
    )


@pytest.mark.parametrize("fields", [{}, {"levels": []}, {"levels": None}])
def test_no_stages_are_null(fields):
    rows, reader = read_sleeps({"start_ts": START, "end_ts": END, **fields})
    assert rows[0]["levels"] is None
    assert not reader.rejected


def test_new_fields_of_a_sleep_are_kept_and_reported():
    sleep = {"start_ts": START, "end_ts": END, "score": 81}
    rows, reader = read_sleeps(sleep, firmware="2.1")
    assert json.loads(rows[0]["extra"]) == {"firmware": "2.1", "score": 81}
    assert reader.unknown_fields == {"firmware", "metrics.score"}
