"""Bad input, one case for each kind: refused with a reason and a remedy, without its neighbours."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
import pytest
from bson import ObjectId

from vitals.sources.iot import documents, instants, rules
from vitals.sources.iot.samples import SampleReader

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TS = int(NOW.timestamp()) - 3600
GOOD = {"ts": TS, "bpm": 60, "confidence": 2}


def reader(which=rules.HEART_RATES) -> SampleReader:
    return SampleReader(which, instants.from_value(NOW)[0])


def read(*found: dict[str, Any], which=rules.HEART_RATES) -> tuple[list[dict], SampleReader]:
    """Rows as dictionaries, and the reader with its books."""
    collected = reader(which)
    for document in found:
        raw = bson.encode({"_id": ObjectId("a" * 24), **document})
        collected.add(list(documents.split(raw)))
    table, superseded = collected.table()
    refused = sum(not item.row_kept for item in collected.rejected)
    assert collected.rows_read == table.num_rows + refused + superseded
    return table.to_pylist(), collected


def bucket(*metrics: Any, **fields: Any) -> dict[str, Any]:
    return {"device_id": "watch", "created_at": TS, "metrics": list(metrics), **fields}


@pytest.mark.parametrize(
    ("sample", "field", "reason"),
    [
        ({"bpm": 60}, "ts", "ts is missing"),
        ({"ts": None, "bpm": 60}, "ts", "ts is missing"),
        ({"ts": True, "bpm": 60}, "ts", "ts is no instant"),
        ({"ts": [TS], "bpm": 60}, "ts", "ts is no instant"),
        ({"ts": float("nan"), "bpm": 60}, "ts", "ts is NaN"),
        ({"ts": "noon", "bpm": 60}, "ts", "not ISO 8601"),
        ({"ts": 0, "bpm": 60}, "ts", "before the year 2000"),
        ({"ts": 86_400_000, "bpm": 60}, "ts", "before the year 2000"),
        ({"ts": "1970-01-01T00:00:00Z", "bpm": 60}, "ts", "before the year 2000"),
        ({"ts": -TS, "bpm": 60}, "ts", "before the year 2000"),
        ({"ts": NOW + timedelta(days=2), "bpm": 60}, "ts", "in the future"),
        ({"ts": TS * 1_000_000, "bpm": 60}, "ts", "in the future"),
        ({"ts": TS}, "bpm", "bpm is missing: a renamed field is not guessed"),
        ({"ts": TS, "heart_rate": 60}, "bpm", "bpm is missing: a renamed field is not guessed"),
        ({"ts": TS, "bpm": None}, "bpm", "bpm is missing"),
        ({"ts": TS, "bpm": "60"}, "bpm", "bpm is not a number"),
        ({"ts": TS, "bpm": True}, "bpm", "bpm is not a number"),
        ({"ts": TS, "bpm": {"value": 60}}, "bpm", "bpm is not a number"),
        ({"ts": TS, "bpm": float("nan")}, "bpm", "bpm is NaN or infinite"),
        ({"ts": TS, "bpm": float("-inf")}, "bpm", "bpm is NaN or infinite"),
        ({"ts": TS, "bpm": 0}, "bpm", "bpm 0 is outside 25 to 250"),
        ({"ts": TS, "bpm": -60}, "bpm", "bpm -60 is outside 25 to 250"),
        ({"ts": TS, "bpm": 24.9}, "bpm", "bpm 24.9 is outside 25 to 250"),
        ({"ts": TS, "bpm": 250.1}, "bpm", "bpm 250.1 is outside 25 to 250"),
        (7, None, "not a document"),
        (None, None, "not a document"),
        ([TS, 60], None, "not a document"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("neighbours", [0, 300], ids=["alone", "among good ones"])
def test_a_bad_heart_rate_is_refused_alone(sample, field, reason, neighbours):
    good = [{"ts": TS + 5 + i, "bpm": 60, "confidence": 1} for i in range(neighbours)]
    rows, collected = read(bucket(*good, sample))
    assert len(rows) == neighbours
    (refused,) = collected.rejected
    assert refused.record_id == f"{'a' * 24}#{neighbours}"
    assert refused.field == field
    assert reason in refused.reason
    assert ": " in refused.reason
    assert not refused.row_kept
    payload = json.loads(refused.payload)
    assert payload["device_id"] == "watch"
    assert payload.keys() >= (sample.keys() if isinstance(sample, dict) else {"sample"})


@pytest.mark.parametrize("bpm", [25, 250, 60.5])
def test_the_bounds_are_good(bpm):
    rows, collected = read(bucket({"ts": TS, "bpm": bpm}))
    assert [row["bpm"] for row in rows] == [bpm]
    assert not collected.rejected


@pytest.mark.parametrize("confidence", ["high", True, float("nan"), 1e9], ids=repr)
def test_a_bad_confidence_costs_only_itself(confidence):
    rows, collected = read(bucket({"ts": TS, "bpm": 60, "confidence": confidence}))
    assert [(row["bpm"], row["confidence"]) for row in rows] == [(60, None)]
    (refused,) = collected.rejected
    assert (refused.field, refused.row_kept) == ("confidence", True)


@pytest.mark.parametrize(
    "sample", [{"ts": TS, "bpm": 60}, {"ts": TS, "bpm": 60, "confidence": None}]
)
def test_no_confidence_is_no_problem(sample):
    rows, collected = read(bucket(sample))
    assert [row["confidence"] for row in rows] == [None]
    assert not collected.rejected


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        (-1, "steps -1 is outside 0 to 1000"),
        (1001, "steps 1001 is outside 0 to 1000"),
        (2.5, "steps 2.5 is not a whole"),
        ("9", "not a number"),
    ],
)
def test_a_bad_step_count_is_refused(steps, reason):
    rows, collected = read(bucket({"ts": TS, "steps": steps}), which=rules.STEPS)
    assert rows == []
    assert reason in collected.rejected[0].reason


@pytest.mark.parametrize("steps", [0, 1000, 7.0])
def test_a_good_step_count_is_a_whole_number(steps):
    rows, _ = read(bucket({"ts": TS, "steps": steps}), which=rules.STEPS)
    assert [row["steps"] for row in rows] == [int(steps)]


@pytest.mark.parametrize(
    ("document", "field", "reason"),
    [
        ({"metrics": [GOOD]}, "device_id", "device_id is missing"),
        ({"device_id": None, "metrics": [GOOD]}, "device_id", "device_id is missing"),
        ({"device_id": "", "metrics": [GOOD]}, "device_id", "device_id is empty"),
        ({"device_id": True, "metrics": [GOOD]}, "device_id", "device_id is true/false"),
        ({"device_id": 1.5, "metrics": [GOOD]}, "device_id", "of type float"),
        ({"device_id": "a\0b", "metrics": [GOOD]}, "device_id", "NUL character"),
        ({"device_id": "watch"}, "metrics", "metrics is missing"),
        ({"device_id": "watch", "samples": [GOOD]}, "metrics", "metrics is missing"),
        ({"device_id": "watch", "metrics": None}, "metrics", "metrics is not a list"),
        ({"device_id": "watch", "metrics": GOOD}, "metrics", "metrics is not a list"),
    ],
    ids=repr,
)
def test_a_document_without_device_or_samples_is_refused_as_a_whole(document, field, reason):
    rows, collected = read(document, bucket(GOOD))
    assert len(rows) == 1
    (refused,) = collected.rejected
    assert (refused.record_id, refused.field) == ("a" * 24, field)
    assert reason in refused.reason
    assert "\\u0000" not in refused.payload.replace("\\\\u0000", "")


@pytest.mark.parametrize("device_id", [17, bson.Int64(17), 17.0, "17", " 17 "], ids=repr)
def test_device_ids_are_text(device_id):
    rows, _ = read(bucket(GOOD, device_id=device_id))
    assert rows[0]["device_id"] == "17"


def test_an_empty_bucket_is_no_problem():
    rows, collected = read(bucket())
    assert (rows, collected.rejected, collected.rows_read) == ([], [], 0)


def test_a_huge_bucket_is_read_whole():
    metrics = [{"ts": TS - i, "bpm": 60} for i in range(86_400)]
    rows, _ = read(bucket(*metrics))
    assert len(rows) == 86_400


def test_new_fields_are_reported_and_cost_nothing():
    rows, collected = read(bucket({**GOOD, "motion": 1}, firmware="2.1"))
    assert len(rows) == 1
    assert collected.unknown_fields == {"metrics.motion", "firmware"}


def test_encodings_may_be_mixed_in_one_document():
    moment = datetime.fromtimestamp(TS, UTC)
    encodings = [TS, TS * 1000, moment, moment.isoformat(), float(TS)]
    metrics = [{"ts": value, "bpm": 60 + i} for i, value in enumerate(encodings)]
    rows, collected = read(bucket(*metrics))
    assert [(row["ts"], row["bpm"]) for row in rows] == [(moment, 64)]
    assert collected.rows_read == 5


def test_damaged_text_is_kept_as_far_as_it_can_be_read():
    raw = bson.encode({"_id": 1, "device_id": "wätch", "metrics": [{"ts": "x", "bpm": 60}]})
    collected = reader()
    collected.add(list(documents.split(raw.replace("ä".encode(), b"\xff\xfe"))))
    assert len(collected.rejected) == 1
    assert "w" in json.loads(collected.rejected[0].payload)["device_id"]


def test_a_payload_holds_what_json_cannot():
    sample = {
        "ts": TS, "bpm": float("nan"), "at": datetime(2024, 5, 1, tzinfo=UTC), "raw": b"\x01",
        "n": 2**62, "id": ObjectId("b" * 24), "text": "a\0b",
    }  # fmt: skip
    _, collected = read(bucket(sample))
    payload = json.loads(collected.rejected[0].payload)
    assert payload["bpm"] == "nan"
    assert payload["at"] == "2024-05-01T00:00:00Z"
    assert (payload["raw"], payload["id"]) == ("01", "b" * 24)
    assert "\0" not in payload["text"]
