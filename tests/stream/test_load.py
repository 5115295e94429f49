"""Objects of the lake -> raw.stream__heart_rates: each event once, every one accounted for."""

from datetime import UTC, datetime, timedelta

import orjson
import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.clock import avoid_midnight
from tests.stream.conftest import START, Rig, as_table, produced

from vitals.load.stream import load_new
from vitals.stream.decoding import decode
from vitals.stream.encoding import encode
from vitals.stream.objects import cut
from vitals.synthetic.heart_events import HeartEvents

EVENTS = HeartEvents(START, people=10, interval_seconds=2)
GOOD = {
    "user_id": "p0001",
    "heart_rate": 71,
    "timestamp": 1_772_404_200_000,
    "meta": {"activity_id": "act-run", "location": {"latitude": 59.9, "longitude": 10.7}},
}
TOTALS = (
    "select bool_and(status = 'done'), sum(rows_read), sum(rows_loaded), sum(rows_superseded), "
    "sum(rows_rejected) from raw.loads"
)


@pytest.fixture
def loading(stream_lake, warehouse_dsn, test_settings) -> Rig:
    """A lake and a warehouse, without a broker."""
    return Rig(None, stream_lake, warehouse_dsn, test_settings)


def put(rig: Rig, first: int, values: list, partition: int = 0) -> None:
    """Objects as the sink makes them of messages from an offset on."""
    decoded = decode(range(first, first + len(values)), values)
    rig.lake.put(cut("heart_rates", partition, decoded))


def messages(first: int, count: int, events: HeartEvents = EVENTS) -> list[bytes]:
    return [one.encode() for one in encode(events.table(first, count), "json")]


def totals(rig: Rig) -> tuple:
    """Over all loads, and that each adds up."""
    done, *counts = rig.fetch(TOTALS)[0]
    assert done and counts[0] == sum(counts[1:])
    return tuple(map(int, counts))


def test_new_objects_are_loaded_once(loading):
    put(loading, 0, messages(0, 2_000))
    first = loading.load()
    assert loading.rows().equals(
        as_table([tuple(row.values()) for row in produced(EVENTS, 2_000).to_pylist()])
    )
    assert first.counts["rows_loaded"] == 2_000
    assert loading.load().load_ids == []
    # Hours that are over: late events are found like any others.
    late = HeartEvents(START - timedelta(days=40), people=10, interval_seconds=2)
    put(loading, 0, messages(0, 500, late), partition=1)
    put(loading, 2_000, messages(2_000, 100))
    assert loading.load().counts["rows_loaded"] == 600
    assert totals(loading) == (2_600, 2_600, 0, 0)
    hours = "select bool_and(ts >= event_hour and ts < event_hour + interval '1 hour') " \
        "from raw.stream__heart_rates join raw.stream__objects using (load_id) " \
        "where event_hour = date_trunc('hour', ts)"  # fmt: skip
    assert loading.fetch(hours) == [(True,)]
    assert loading.fetch("select sum(events) from raw.stream__objects") == [(2_600,)]
    # Smartwatch figures are not made of the stream.
    assert loading.fetch("select count(*) from raw.touched_days") == [(0,)]


def test_what_is_older_than_the_look_back_comes_with_the_first_load_of_a_day(loading):
    avoid_midnight()
    week, now = timedelta(days=7), datetime.now(UTC)
    for partition, age in enumerate((timedelta(hours=3), timedelta(days=6), timedelta(days=40))):
        events = HeartEvents(now - age, people=10, interval_seconds=2)
        put(loading, 0, messages(0, 100, events), partition)
    assert loading.load(look_back=week).counts["rows_loaded"] == 300
    for partition, age in enumerate((timedelta(hours=3), timedelta(days=6), timedelta(days=40))):
        events = HeartEvents(now - age, people=10, interval_seconds=2)
        put(loading, 100, messages(100, 100, events), partition)
    put(loading, 200, [b"not an event"])
    again = loading.load(look_back=week)
    assert (again.counts["rows_loaded"], again.counts["rows_rejected"]) == (200, 1)
    with psycopg.connect(loading.dsn) as connection:
        yesterday = Jsonb({"whole_lake_at": (now - timedelta(days=1)).isoformat()})
        connection.execute("update raw.cursors set position = %s", [yesterday])
    assert loading.load(look_back=week).counts["rows_loaded"] == 100
    assert totals(loading) == (601, 600, 0, 1)


def test_what_a_run_that_died_has_left_is_loaded_on_the_same_day_however_old_it_is(loading):
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    avoid_midnight()
    old = HeartEvents(datetime.now(UTC) - timedelta(days=40), people=10, interval_seconds=2)
    for partition in range(2):
        put(loading, 0, messages(0, 100, old), partition)
    with pytest.raises(KeyboardInterrupt):
        load_new(
            loading.dsn, loading.lake, look_back=timedelta(days=7), progress=stop, group_events=100
        )
    assert loading.fetch("select count(*) from raw.stream__objects") == [(1,)]
    assert loading.load(look_back=timedelta(days=7)).counts["rows_loaded"] == 100


def test_overlapping_objects_change_nothing(loading):
    every = messages(0, 900)
    put(loading, 0, every[:600])
    loading.load()
    put(loading, 300, every[300:])
    put(loading, 500, every[500:700])
    summary = loading.load()
    assert summary.counts["rows_loaded"] == 300
    assert summary.counts["rows_superseded"] == 300 + 200
    assert loading.rows().num_rows == 900
    before = loading.rows()
    again = loading.load(again=True)
    assert again.counts["rows_superseded"] == again.counts["rows_read"] == 600 + 600 + 200
    assert loading.rows().equals(before)
    totals(loading)


def test_groups_are_loads_of_their_own(loading):
    for start in range(0, 1_000, 250):
        put(loading, start, messages(start, 250))
    summary = loading.load(group_events=400)
    assert len(summary.load_ids) == 2
    assert loading.fetch("select count(distinct load_id) from raw.stream__objects") == [(2,)]
    assert totals(loading) == (1_000, 1_000, 0, 0)


BAD = {
    "user_id is missing": {"user_id": None},
    "heart_rate is missing": {"heart_rate": None},
    "heart_rate must be from 25 to 250 beats per minute": {"heart_rate": 251},
    "timestamp is before the year 2000": {"timestamp": 1},
    "timestamp is more than a day in the future": {
        "timestamp": int((datetime.now(UTC) + timedelta(days=2)).timestamp() * 1000)
    },
}


def test_what_cannot_be_right_is_refused_with_the_reason(loading):
    bad = [orjson.dumps({**GOOD, **changes}) for changes in BAD.values()]
    empty = orjson.dumps({**GOOD, "user_id": ""})
    nowhere = {**GOOD, "meta": {"location": {"latitude": 91, "longitude": 10}}}
    values = [orjson.dumps(GOOD), *bad, empty, b"{", None, orjson.dumps(nowhere)]
    put(loading, 100, values)
    summary = loading.load()
    assert (summary.counts["rows_loaded"], summary.counts["rows_rejected"]) == (2, 8)
    totals(loading)
    query = (
        "select record_id, field, reason, payload, row_kept from raw.rejected_records order by 1"
    )
    found = {record: rest for record, *rest in loading.fetch(query)}
    for offset, reason in enumerate(BAD, start=101):
        field, told, payload, kept = found[f"heart_rates/0/{offset}"]
        assert (field, told, kept) == (reason.split()[0], reason, False)
        assert payload["meta"]["activity_id"] == "act-run"
    assert found["heart_rates/0/106"][1] == "user_id is missing"
    assert found["heart_rates/0/107"][2] == {"value": "{"}
    assert found["heart_rates/0/108"][1:3] == ["the message has no value", {"value": None}]
    assert found["heart_rates/0/109"][0::3] == ["location", True]
    places = loading.fetch(
        "select latitude, longitude from raw.stream__heart_rates order by kafka_offset"
    )
    assert places == [(59.9, 10.7), (None, None)]


def test_who_was_deleted_does_not_come_back(loading):
    from vitals.deletion.participant import delete_participant

    put(loading, 0, messages(0, 400))
    put(loading, 400, [orjson.dumps({**GOOD, "user_id": "p0002", "heart_rate": 999})])
    loading.load()
    put(loading, 401, [b'{"user_id": "p0002"', b"?"], partition=7)
    receipt = delete_participant(loading.dsn, "p0002", loading.lake.lake, None, progress=str)
    assert receipt.left == 0
    assert receipt.stream_objects_rewritten == 3
    assert any("Kafka" in wish for wish in receipt.by_hand)
    assert receipt.rows_deleted["raw.stream__heart_rates"] == 40
    assert receipt.rows_deleted["raw.rejected_records"] == 1
    put(
        loading,
        401,
        [*messages(400, 100), orjson.dumps({**GOOD, "user_id": "p0002", "heart_rate": 9})],
    )
    loading.load()
    # A sink that reads the messages once more finds the object as it is by now.
    put(loading, 0, messages(0, 400))
    loading.load(again=True)
    users = loading.fetch(
        "select user_id, count(*) from raw.stream__heart_rates group by 1 order by 1"
    )
    assert users == [(f"p{number:04d}", 50) for number in (1, 3, 4, 5, 6, 7, 8, 9, 10)]
    refused = "select payload from raw.rejected_records"
    assert loading.fetch(refused) == [({"value": "?"},)]
    totals(loading)


def test_a_load_that_died_is_completed_by_the_next(loading):
    """The rows of a load are there, but its objects are not noted: it died between the two."""
    put(loading, 0, messages(0, 1_000))
    block = "alter table raw.stream__objects add constraint blocked check (events < 0) not valid"
    with psycopg.connect(loading.dsn, autocommit=True) as connection:
        connection.execute(block)
        with pytest.raises(psycopg.errors.CheckViolation):
            load_new(loading.dsn, loading.lake, progress=str)
        connection.execute("alter table raw.stream__objects drop constraint blocked")
        assert connection.execute("select status from raw.loads").fetchall() == [("failed",)]
    summary = loading.load()
    assert summary.counts["rows_superseded"] == 1_000
    assert loading.rows().num_rows == 1_000
