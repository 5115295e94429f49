"""JSON and Avro say the same; whatever is no event is handed back as it came."""

import random
from datetime import UTC, datetime

import fastavro
import orjson
import pyarrow as pa
import pytest

from vitals.stream.decoding import EVENTS, _one_by_one, decode
from vitals.stream.encoding import SCHEMA_FILE, avro_header, encode
from vitals.stream.objects import StreamKey, cut, read
from vitals.stream.sizes import measure
from vitals.synthetic.heart_events import HeartEvents

START = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
GOOD = {
    "user_id": "p0001",
    "heart_rate": 71,
    "timestamp": 1_772_404_200_000,
    "meta": {"activity_id": "act-run", "location": {"latitude": 59.9, "longitude": 10.7}},
}


@pytest.fixture(scope="module")
def events() -> HeartEvents:
    return HeartEvents(START, people=7, interval_seconds=90)


def messages(events: HeartEvents, count: int, form: str) -> list[bytes]:
    made = encode(events.table(0, count), form)
    return [one if isinstance(one, bytes) else one.encode() for one in made]


@pytest.mark.parametrize("form", ["json", "avro"])
def test_what_was_sent_comes_back(events, form):
    sent = events.table(0, 3_000)
    decoded = decode(range(500, 3_500), messages(events, 3_000, form))
    assert decoded.refused.num_rows == 0
    found = decoded.events
    assert found["kafka_offset"].to_pylist() == [*range(500, 3_500)]
    assert found["ts"].cast(pa.int64()).to_pylist() == [
        1000 * ms for ms in sent["ts_ms"].to_pylist()
    ]
    assert found["heart_rate_bpm"].to_pylist() == sent["heart_rate"].to_pylist()
    for name in ("user_id", "activity_id", "latitude", "longitude"):
        assert found[name].to_pylist() == sent[name].to_pylist()


def test_formats_may_be_mixed_in_a_batch(events):
    mixed = messages(events, 10, "json") + messages(events, 10, "avro")
    decoded = decode(range(20), mixed)
    assert decoded.events.num_rows == 20
    first, second = decoded.events.slice(0, 10), decoded.events.slice(10)
    assert first.drop_columns("kafka_offset").equals(second.drop_columns("kafka_offset"))


def test_avro_is_single_object_encoding_of_the_schema_in_the_file(events):
    message = messages(events, 1, "avro")[0]
    schema = fastavro.schema.load_schema(SCHEMA_FILE)
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    number = fastavro.schema.fingerprint(canonical, "CRC-64-AVRO")
    assert message[:10] == b"\xc3\x01" + bytes.fromhex(number) == avro_header()


@pytest.mark.parametrize(
    ("changes", "column", "expected"),
    [
        ({"timestamp": "2026-03-01T22:30:00Z"}, "ts", START),
        ({"timestamp": "2026-03-01T23:30:00.000+01:00"}, "ts", START),
        ({"timestamp": 1_772_404_200_000.0}, "ts", START),
        ({"heart_rate": 71.5}, "heart_rate_bpm", 71.5),
        ({"heart_rate": None}, "heart_rate_bpm", None),
        ({"meta": None}, "activity_id", None),
        ({"meta": {"activity_id": "act-run", "location": None}}, "latitude", None),
        ({"device": {"name": "new field"}}, "user_id", "p0001"),
    ],
    ids=["iso", "iso with offset", "float", "half", "null", "no meta", "nowhere", "new field"],
)
def test_variants_that_are_understood(changes, column, expected):
    good = orjson.dumps(GOOD)
    decoded = decode([5, 6], [good, orjson.dumps({**GOOD, **changes})])
    assert decoded.refused.num_rows == 0
    assert decoded.events[column].to_pylist()[1] == expected


AVRO = encode(HeartEvents(START).table(0, 1), "avro")[0]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no value"),
        (b"", "neither JSON nor Avro"),
        (b'{"user_id": "p1"', "neither JSON nor Avro"),
        (b"\xff\xfe\x00", "neither JSON nor Avro"),
        (b"[1, 2]", "a JSON object is expected, not list"),
        (orjson.dumps(GOOD) + b"\n" + orjson.dumps(GOOD), "neither JSON nor Avro"),
        (orjson.dumps({**GOOD, "heart_rate": "71"}), "heart_rate must not be str"),
        (orjson.dumps({**GOOD, "heart_rate": True}), "heart_rate must not be bool"),
        (orjson.dumps({**GOOD, "user_id": 17}), "user_id must not be int"),
        (orjson.dumps({**GOOD, "meta": []}), "meta must not be list"),
        (orjson.dumps({**GOOD, "timestamp": None}), "timestamp is missing"),
        (orjson.dumps({**GOOD, "timestamp": "yesterday"}), "is not ISO 8601"),
        (orjson.dumps({**GOOD, "timestamp": "2026-03-01T22:30:00"}), "has no time zone"),
        (orjson.dumps({**GOOD, "timestamp": 10**17}), "is not in milliseconds"),
        (orjson.dumps({**GOOD, "timestamp": -1}), "is not in milliseconds"),
        (AVRO[:-3], "breaks off"),
        (AVRO + b"\x00", "1 bytes too many"),
        (b"\xc3\x01" + b"\x00" * 8 + AVRO[10:], "Avro with schema 0000000000000000"),
    ],
)
def test_what_is_no_event_is_refused_alone(value, reason):
    good = orjson.dumps(GOOD)
    decoded = decode([7, 8, 9], [good, value, good])
    assert decoded.events["kafka_offset"].to_pylist() == [7, 9]
    [refused] = decoded.refused.to_pylist()
    assert (refused["kafka_offset"], refused["value"]) == (8, value)
    assert reason in refused["reason"]


@pytest.mark.parametrize("form", ["json", "avro"])
def test_damage_is_found_in_bulk_as_it_is_message_by_message(events, form):
    luck = random.Random(3)
    good = messages(events, 40, form)
    for _ in range(300):
        values = list(good)
        for _ in range(luck.choice([1, 2])):
            number = luck.randrange(len(values))
            damaged = bytearray(values[number])
            place = luck.randrange(len(damaged))
            if luck.random() < 0.3:
                del damaged[place:]
            else:
                damaged[place] = luck.randrange(256)
            values[number] = bytes(damaged)
        found, expected = decode(range(40), values), _one_by_one(range(40), values)
        assert str(found.events.to_pylist()) == str(expected.events.to_pylist())
        assert found.refused.equals(expected.refused)


def test_objects_hold_the_hours_of_a_flush(events):
    decoded = decode(range(1_000), messages(events, 1_000, "json"))
    made = dict(cut("heart_rates", 3, decoded))
    assert [str(key) for key in made][0] == (
        "stream/heart_rate/2026/03/01/22/"
        "heart_rates-3-00000000000000000000-00000000000000000999.parquet"
    )
    whole = pa.concat_tables(read(content) for content in made.values())
    assert whole.schema.equals(EVENTS) and whole.equals(decoded.events)
    for key, content in made.items():
        assert StreamKey.parse(str(key)) == key
        instants = read(content)["ts"].to_pylist()
        assert {ts.replace(minute=0, second=0, microsecond=0) for ts in instants} == {key.hour}


def test_late_events_go_to_their_own_hour_and_wrong_ones_to_none(events):
    late = orjson.dumps({**GOOD, "timestamp": 1_577_836_800_000})  # 2020-01-01
    values = [*messages(events, 2, "json"), late, b"?", *messages(events, 2, "avro")]
    made = {
        key.hour and key.hour.year: read(content)
        for key, content in cut("t", 0, decode(range(40, 46), values))
    }
    assert {year: rows["kafka_offset"].to_pylist() for year, rows in made.items()} == {
        2026: [40, 41, 44, 45], 2020: [42], None: [43],
    }  # fmt: skip


def test_names_of_others_are_passed_over():
    for name in ("stream/heart_rate/README", "lake/fitbit/2026-01-01/sleep-1.jsonl.zst"):
        assert StreamKey.parse(name) is None


def test_avro_is_smaller_and_the_lake_smallest(events):
    found = measure(events, 5_000)
    assert found["avro"]["message_bytes"] < 0.5 * found["json"]["message_bytes"]
    assert found["lake_bytes"] < found["avro"]["message_bytes"]
