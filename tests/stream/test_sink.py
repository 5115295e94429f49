"""The sink against brokers and an S3 server: nothing is lost, whatever fails."""

import uuid
from contextlib import suppress
from dataclasses import replace

import pyarrow as pa
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from tests.stream.conftest import START, in_background
from tests.waiting import wait_until

from vitals import storage
from vitals.lake.errors import LakeError
from vitals.lake.store import Lake
from vitals.stream.errors import StreamError
from vitals.stream.lake import StreamLake
from vitals.stream.objects import StreamKey
from vitals.stream.produce import produce
from vitals.stream.settings import StreamSettings
from vitals.stream.sink import Sink
from vitals.synthetic.heart_events import HeartEvents

pytestmark = pytest.mark.slow

EVENTS = HeartEvents(START, people=10, interval_seconds=2)


class Killed(BaseException):
    """A process that died; nothing of the sink catches it."""


class KilledBeforeCommit(Sink):
    def _commit(self, consumer, positions):
        raise Killed


def send(stream: StreamSettings, count: int, first: int = 0) -> None:
    assert produce(stream, EVENTS, count, first=first, progress=str).delivered == count


def drain(stream: StreamSettings, lake: StreamLake, kind: type[Sink] = Sink) -> Sink:
    sink = kind(stream, lake, drains=True, progress=str)
    sink.run()
    return sink


def in_lake(lake: StreamLake) -> tuple[pa.Table, int]:
    """Events by partition and offset without repetitions, and how often they are there."""
    tables = [
        table.append_column("kafka_partition", pa.repeat(pa.scalar(key.partition), table.num_rows))
        for key, table in lake.read(lake.names())
        if key.hour
    ]
    whole = pa.concat_tables(tables)
    return whole.group_by(whole.column_names).aggregate([]), whole.num_rows


def sent(count: int) -> list[tuple]:
    table = EVENTS.table(0, count)
    return sorted(zip(table["user_id"].to_pylist(), table["ts_ms"].to_pylist(), strict=True))


def found(table: pa.Table) -> list[tuple]:
    instants = [int(ts.timestamp() * 1000) for ts in table["ts"].to_pylist()]
    return sorted(zip(table["user_id"].to_pylist(), instants, strict=True))


def committed(stream: StreamSettings) -> int:
    """How many events the group has done with."""
    client = {**stream.client, "group.id": stream.group}
    consumer = Consumer(client)
    wanted = [TopicPartition(stream.topic, number) for number in range(4)]
    positions = consumer.committed(wanted, timeout=60)
    consumer.close()
    return sum(max(one.offset, 0) for one in positions)


def test_everything_is_written_once_and_committed(stream, stream_lake):
    send(stream, 3_000)
    sink = drain(stream, stream_lake)
    table, rows = in_lake(stream_lake)
    assert found(table) == sent(3_000) and rows == 3_000
    assert sink.written.events == committed(stream) == 3_000
    assert sink.written.objects == len(stream_lake.names()) >= 4
    assert drain(stream, stream_lake).written.events == 0
    # People keep to their partition, so that the events of each stay in order.
    content = stream_lake.read(stream_lake.names())
    people = {(key.partition, user) for key, one in content for user in one["user_id"].to_pylist()}
    assert len(people) == EVENTS.people


def test_the_cluster_by_which_the_client_tests_itself_agrees(mock_cluster, stream_lake):
    mock = replace(mock_cluster, topic=f"t-{uuid.uuid4().hex[:8]}", group=uuid.uuid4().hex[:8])
    send(mock, 3_000)
    drain(mock, stream_lake)
    table, rows = in_lake(stream_lake)
    assert found(table) == sent(3_000) and rows == 3_000 == committed(mock)


def test_killed_between_object_and_commit_nothing_is_lost_or_counted_twice(stream, stream_lake):
    # Each finds more than the one before, so their objects overlap.
    for count, first in ((1_000, 0), (1_000, 1_000), (1_000, 2_000)):
        send(stream, count, first)
        with pytest.raises(Killed):
            drain(stream, stream_lake, KilledBeforeCommit)
    assert committed(stream) == 0
    drain(stream, stream_lake)
    table, rows = in_lake(stream_lake)
    assert found(table) == sent(3_000) and rows > 3_000
    assert committed(stream) == 3_000


def test_what_the_lake_refuses_is_read_again(stream, stream_lake, s3):
    send(stream, 1_000)
    away = storage.client(replace(s3, endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(LakeError):
        drain(stream, StreamLake(Lake(away, "nowhere")))
    assert committed(stream) == 0
    drain(stream, stream_lake)
    assert found(in_lake(stream_lake)[0]) == sent(1_000)


def test_a_second_reader_takes_over_without_losing_anything(stream, stream_lake):
    send(stream, 2_000)
    # Nothing is flushed by itself: what the first has read must be written when it is taken away.
    patient = replace(stream, flush_events=10**6, flush_seconds=600.0)
    first = Sink(patient, stream_lake, progress=str)
    reading = in_background(first)
    wait_until(lambda: sum(map(len, first._batches.values())) == 2_000)
    second = Sink(patient, stream_lake, progress=str)
    also_reading = in_background(second)
    wait_until(lambda: second._batches and len(second._batches) < 4)
    send(stream, 1_000, first=2_000)
    wait_until(lambda: second.written.events + waiting(first) + waiting(second) >= 1_000)
    for sink in (first, second):
        sink.stopping.set()
    reading.join()
    also_reading.join()
    assert first.written.events and second.written.events
    # A broker may refuse what is committed while partitions change hands: then it is read twice.
    drain(stream, stream_lake)
    assert found(in_lake(stream_lake)[0]) == sent(3_000)
    assert committed(stream) == 3_000


@pytest.mark.parametrize("limit", [{"flush_events": 200}, {"flush_mb": 0.03}])
def test_a_flush_comes_with_number_or_size(stream, stream_lake, limit):
    send(stream, 3_000)
    limits = {"flush_events": 10**6, **limit}
    sink = Sink(replace(stream, **limits), stream_lake, drains=True, progress=str)
    lengths = []
    sink.beat = lambda: lengths.append(max(map(len, sink._batches.values()), default=0))
    sink.run()
    assert sink.written.flushes > 4
    assert max(lengths) < 500
    assert found(in_lake(stream_lake)[0]) == sent(3_000)


def test_a_flush_comes_with_time_and_the_end_with_all_that_was_read(stream, stream_lake):
    send(stream, 300)
    sink = Sink(replace(stream, flush_seconds=0.2), stream_lake, progress=str)
    reading = in_background(sink)
    wait_until(lambda: sink.written.events == 300 == committed(stream))
    sink.settings = replace(sink.settings, flush_seconds=600)
    send(stream, 200, first=300)
    wait_until(lambda: waiting(sink) == 200)
    sink.stopping.set()  # as SIGTERM does
    reading.join()
    assert found(in_lake(stream_lake)[0]) == sent(500)
    assert committed(stream) == 500


def test_what_cannot_be_decoded_is_kept_as_it_came(stream, stream_lake):
    send(stream, 100)
    bad = [b"{", b"\x00\xff", b'{"user_id": 1}']
    producer = Producer(dict(stream.client))
    for value in bad:
        producer.produce(stream.topic, value, "p0001")
    producer.produce(stream.topic, None, "p0001")
    assert producer.flush(60) == 0
    sink = drain(stream, stream_lake)
    assert (sink.written.events, sink.written.undecodable) == (104, 4)
    [(key, table)] = stream_lake.read([key for key in stream_lake.names() if not key.hour])
    assert table["value"].to_pylist() == [*bad, None]
    assert str(key).startswith("stream/heart_rate/undecodable/")
    assert found(in_lake(stream_lake)[0]) == sent(100)


def test_an_object_is_never_written_over_by_other_events(stream, stream_lake):
    send(stream, 400)
    drain(stream, stream_lake)
    taken = stream_lake.names()[0]
    # As if the topic had been made anew: the same offsets, other events.
    anew = replace(stream, topic=f"{stream.topic}-anew", group=f"{stream.group}-anew")
    other = HeartEvents(START, people=10, interval_seconds=2, seed=5)
    produce(anew, other, 400, progress=str)
    sink = Sink(replace(anew), stream_lake, drains=True, progress=str)
    renamed = StreamKey(taken.topic, taken.partition, taken.first, taken.last, taken.hour)
    with pytest.raises(StreamError, match="was made anew"):
        sink.lake.put([(renamed, next(content for _, content in objects_of(other)))])
    content = dict(stream_lake.read([taken]))[taken]
    assert content.num_rows == taken.last - taken.first + 1


def objects_of(events: HeartEvents):
    from vitals.stream.decoding import decode
    from vitals.stream.encoding import encode
    from vitals.stream.objects import cut

    values = [one.encode() for one in encode(events.table(0, 50), "json")]
    return cut("other", 0, decode(range(50), values))


def waiting(sink: Sink) -> int:
    with suppress(RuntimeError):  # a rebalance may change it meanwhile
        return sum(map(len, sink._batches.values()))
    return -1
