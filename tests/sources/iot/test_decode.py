"""The vectorised decoder gives what `bson.decode` gives, whatever the layout of the samples."""

from datetime import UTC, datetime

import bson
import numpy as np
import pytest
from bson import Decimal128, Int64, ObjectId
from hypothesis import given, settings
from hypothesis import strategies as st

from vitals.sources.iot import bson_layout, documents
from vitals.sources.iot.bson_layout import Irregular
from vitals.sources.iot.columns import Kind, collect_field
from vitals.sources.iot.decode import decode_array, decode_arrays

WANTED = {"ts": Kind.INSTANT, "bpm": Kind.NUMBER, "confidence": Kind.NUMBER}

plain_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**62), 2**62).map(Int64),
    st.floats(),
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["2024-05-01T12:00:00Z", "2024-05-01T12:00:00+02:00", "x", "", "72"]),
    st.text(max_size=5),
    st.just(Decimal128("72.5")),
    st.just(ObjectId("0" * 24)),
    st.lists(st.integers(0, 9), max_size=2),
    st.fixed_dictionaries({"nested": st.integers(0, 9)}),
)
names = st.sampled_from(["ts", "bpm", "confidence", "motion", ""])
samples = st.one_of(st.dictionaries(names, plain_values, max_size=5), plain_values)
uniform = st.builds(
    lambda first, count: [first] * count,
    st.dictionaries(names, plain_values, max_size=5),
    st.integers(0, 130),
)
arrays = st.one_of(uniform, st.lists(samples, max_size=14))


def encode(metrics: list) -> bytes:
    return bson.encode({"_id": ObjectId(), "device_id": "d", "metrics": metrics})


def located(buffer: bytes) -> list[bson_layout.Element]:
    return [document.fields["metrics"] for document in documents.split(buffer)]


def by_sample(buffer: bytes, found: list[bson_layout.Element]) -> dict:
    """(array, position) -> value and problem of each field, from the decoder under test."""
    result = {}
    for piece in decode_arrays(buffer, found, WANTED):
        for row, key in enumerate(zip(piece.array, piece.position, strict=True)):
            assert key not in result
            columns = piece.values.items()
            result[key] = {name: (pair[0][row], pair[1][row]) for name, pair in columns}
    return result


@settings(max_examples=300)
@given(st.lists(arrays, max_size=6))
def test_any_layout_decodes_as_bson_does(metrics):
    buffer = b"".join(map(encode, metrics))
    found = located(buffer)
    decoded = by_sample(buffer, found)
    assert len(decoded) == sum(map(len, metrics))
    for index, array in enumerate(found):
        expected = decode_array(buffer, array)
        for name, kind in WANTED.items():
            values, problems = collect_field(expected, name, kind)
            for position in range(len(expected)):
                value, problem = decoded[index, position][name]
                assert problem == problems[position]
                if not problem:
                    assert value == values[position]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 1001, 12_345])
def test_any_number_of_samples(count):
    """Array keys grow by a digit at 10, 100, 1000, ...: the strides change there."""
    start = int(datetime(2024, 5, 1, tzinfo=UTC).timestamp())
    buffer = encode([{"ts": start + i, "bpm": 60 + i % 90} for i in range(count)])
    pieces = decode_arrays(buffer, located(buffer), WANTED)
    seconds = [int(ts) // 1_000_000 - start for piece in pieces for ts in piece.values["ts"][0]]
    assert seconds == list(range(count))
    assert all((piece.values["confidence"][1] != 0).all() for piece in pieces)


def test_large_regular_arrays_take_the_fast_way(monkeypatch):
    monkeypatch.setattr("vitals.sources.iot.decode._decode_singly", None)
    mixed = [
        [{"ts": Int64(1_714_564_800_000 + i), "bpm": 60.5, "confidence": 1} for i in range(50)],
        [{"ts": datetime(2024, 5, 1, tzinfo=UTC), "bpm": 60, "confidence": 1} for _ in range(50)],
        [{"ts": "2024-05-01T12:00:00Z", "bpm": 60} for _ in range(50)],
        [{"bpm": 60, "ts": 1_714_564_800, "motion": True} for _ in range(50)],
    ]
    buffer = b"".join(map(encode, mixed))
    pieces = decode_arrays(buffer, located(buffer), WANTED)
    assert sum(len(piece.array) for piece in pieces) == 200
    assert {name for piece in pieces for name in piece.unknown} == {"motion"}


def test_batches_of_many_layouts_are_still_complete():
    metrics = [[{f"field{i}": i, "ts": 1_714_564_800, "bpm": 60}] for i in range(30)]
    buffer = b"".join(map(encode, metrics))
    pieces = decode_arrays(buffer, located(buffer), WANTED)
    assert sorted(int(i) for piece in pieces for i in piece.array) == list(range(30))
    assert {name for piece in pieces for name in piece.unknown} == {f"field{i}" for i in range(30)}


@given(st.binary(min_size=5, max_size=60))
def test_damaged_bytes_are_irregular_and_never_an_endless_loop(raw):
    try:
        bson_layout.scan(raw)
    except Irregular:
        return


def test_a_document_with_rare_types_is_put_into_a_plain_form():
    raw = bson.encode({
        "_id": ObjectId("1" * 24), "device_id": "d", "pattern": bson.Regex("x"),
        "stamp": bson.Timestamp(1, 1), "metrics": [{"ts": 1_714_564_800, "bpm": 60}],
    })  # fmt: skip
    (document,) = documents.split(raw)
    assert document.document_id() == "1" * 24
    assert document.device_id() == "d"
    (piece,) = decode_arrays(document.buffer, [document.fields["metrics"]], WANTED)
    assert piece.values["bpm"][0].tolist() == [60.0]
    assert np.array_equal(piece.position, [0])
