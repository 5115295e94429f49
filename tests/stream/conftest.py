"""A broker, a lake and a warehouse for the stream, and events whose content is known."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psycopg
import pyarrow as pa
import pytest
from confluent_kafka import Producer

from vitals import settings, storage
from vitals.embedded.kafka import Kafka, settings_of
from vitals.lake.store import Lake
from vitals.load.stream import load_new
from vitals.stream.lake import StreamLake
from vitals.stream.produce import produce
from vitals.stream.settings import StreamSettings
from vitals.stream.sink import Sink
from vitals.stream.topic import ensure_topic
from vitals.synthetic.heart_events import HeartEvents

START = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

QUICK = {"session.timeout.ms": "6000", "heartbeat.interval.ms": "300"}

COLUMNS = "ts, user_id, heart_rate_bpm, activity_id, latitude, longitude"


@pytest.fixture(scope="session")
def broker(test_settings) -> Iterator[StreamSettings]:
    """A running broker."""
    service = Kafka(test_settings)
    service.up()
    own = settings_of(service)
    yield replace(own, client={**own.client, **QUICK})
    service.down()


@pytest.fixture
def stream(broker) -> StreamSettings:
    """A topic of this test's own."""
    made = replace(broker, topic=f"heart-{uuid.uuid4().hex[:8]}", group=uuid.uuid4().hex[:8])
    ensure_topic(made)
    return replace(made, is_embedded=False)  # several readers, as with Apache Kafka


@pytest.fixture
def stream_lake(s3) -> StreamLake:
    """An empty lake in a bucket of its own."""
    return StreamLake(Lake(storage.client(s3), f"test-{uuid.uuid4().hex[:12]}"))


@pytest.fixture(scope="session")
def mock_cluster() -> Iterator[StreamSettings]:
    """The mock cluster of librdkafka: topics appear by themselves, with four partitions."""
    holder = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1, "log_level": 0})
    found = next(iter(holder.list_topics(timeout=60).brokers.values()))
    yield StreamSettings({"bootstrap.servers": f"{found.host}:{found.port}"}, flush_events=500)
    del holder


@dataclass(frozen=True)
class Rig:
    """The stream from its producer to the warehouse."""

    stream: StreamSettings
    lake: StreamLake
    dsn: str
    test_settings: settings.Settings

    def produce(self, count: int, first: int = 0, form: str = "json", **sizes) -> HeartEvents:
        events = HeartEvents(START, **{"people": 10, "interval_seconds": 2.0, **sizes})
        done = produce(self.stream, events, count, form, first=first, progress=str)
        assert done.delivered == count
        return events

    def drain(self, **limits) -> Sink:
        sink = Sink(replace(self.stream, **limits), self.lake, drains=True, progress=str)
        sink.run()
        return sink

    def load(self, **arguments):
        return load_new(self.dsn, self.lake, progress=str, **arguments)

    def fetch(self, query: str, values=None) -> list[tuple]:
        with psycopg.connect(self.dsn, options="-c timezone=UTC") as connection:
            return connection.execute(query, values).fetchall()

    def rows(self) -> pa.Table:
        """What is stored, by time."""
        query = f"select {COLUMNS} from raw.stream__heart_rates order by ts, user_id"
        return as_table(self.fetch(query))

    def process(self, *command: str, **environ: object) -> subprocess.Popen:
        """A `vitals stream` command in a process of its own, to be killed."""
        given = {
            **os.environ,
            "PYTHONPATH": str(settings.PROJECT / "plugins"),
            "VITALS_HOME": str(self.test_settings.home),
            **{
                f"KAFKA__{name.upper().replace('.', '_')}": value
                for name, value in self.stream.client.items()
            },
            "STREAM__TOPIC": self.stream.topic,
            "STREAM__GROUP": self.stream.group,
            "VITALS_S3_BUCKET": self.lake.lake.bucket,
            settings.S3_CONNECTION: self.test_settings.s3_connection,
            settings.WAREHOUSE_CONNECTION: self.dsn,
            **{name: str(value) for name, value in environ.items()},
        }
        return subprocess.Popen(
            [sys.executable, "-m", "vitals.cli", "stream", *command],
            env=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture
def rig(stream, stream_lake, warehouse_dsn, test_settings) -> Rig:
    return Rig(stream, stream_lake, warehouse_dsn, test_settings)


def as_table(rows: list[tuple]) -> pa.Table:
    names = [name.strip() for name in COLUMNS.split(",")]
    return pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)))


def produced(events: HeartEvents, count: int) -> pa.Table:
    """What must be stored of the first `count` events, by time."""
    table = events.table(0, count)
    as_stored = {
        "ts": table["ts_ms"].cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("us", "UTC")),
        "user_id": table["user_id"],
        "heart_rate_bpm": table["heart_rate"].cast(pa.float64()),
        **{name: table[name] for name in ("activity_id", "latitude", "longitude")},
    }
    return pa.table(as_stored).sort_by([("ts", "ascending"), ("user_id", "ascending")])


def in_background(sink: Sink) -> threading.Thread:
    thread = threading.Thread(target=sink.run, daemon=True)
    thread.start()
    return thread
