"""The heart-rate stream from producer to raw: `python -m benchmarks.stream` (part of `make bench`).

Each step by itself against its own limit on the same machine (reading the topic and doing nothing;
COPY of the same rows), then all of them at once, and how old events are when they arrive.
Sizes: EVENTS (default 200,000). The broker and the S3 server are the embedded ones.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import server
from benchmarks.copying import copy_in, copy_out
from vitals.warehouse import only_value

PEOPLE = 50
START = datetime(2026, 3, 1, tzinfo=UTC)
_STEADY_RATE, _STEADY_SECONDS = 2_000, 15
_COLUMNS = (
    "topic, kafka_partition, kafka_offset, ts, user_id, heart_rate_bpm, activity_id, latitude, "
    "longitude, load_id"
)
_COPY_TO = f"copy (select {_COLUMNS} from raw.stream__heart_rates) to stdout with (format binary)"
_COPY_FROM = f"copy raw.stream__heart_rates ({_COLUMNS}) from stdin with (format binary)"


@dataclass(frozen=True)
class Place:
    """Where a measurement streams: broker and S3."""

    brokers: str
    s3: tuple[str, str, str]

    def arguments(self, name: str) -> tuple[str, ...]:
        """For a process of its own; topic, group and bucket have one name."""
        return self.brokers, name, *self.s3


def figures(host: server.Server, events: int) -> dict[str, float]:
    """Rates of each step and of all together, as shares of what limits them; lag; memory."""
    from benchmarks.child import measured

    with broker() as brokers, server.object_store() as s3:
        place, name = Place(brokers, s3), _name()
        sent = {form: send(place, f"{name}-{form}", events, form) for form in ("json", "avro")}
        topic = f"{name}-json"
        plain = read_plainly(place, topic, events)
        sunk = measured("sink", *place.arguments(topic))
        sunk_avro = measured("sink", *place.arguments(f"{name}-avro"))
        with host.new_warehouse() as dsn:
            loaded = measured("stream_load", dsn, *place.arguments(topic))
            assert loaded["rows_loaded"] == sunk["events"] == sunk_avro["events"] == events
            copied, _ = copy_out(dsn, _COPY_TO)
        with host.new_warehouse() as dsn:
            copy = copy_in(dsn, _COPY_FROM, copied)
        whole = together(host, place, _name(), events)
        return {
            "events": events,
            "produce_events_per_second": events / sent["json"],
            "produce_avro_events_per_second": events / sent["avro"],
            "sink_events_per_second": events / sunk["seconds"],
            "sink_share_of_plain_consumer": plain / sunk["seconds"],
            "sink_avro_events_per_second": events / sunk_avro["seconds"],
            "sink_peak_mb": sunk["peak_mb"],
            "load_events_per_second": events / loaded["seconds"],
            "load_share_of_copy": copy / loaded["seconds"],
            "load_peak_mb": loaded["peak_mb"],
            **whole,
            **lag(host, place, _name()),
        }


def send(place: Place, topic: str, count: int, form: str = "json", rate: float = 0.0) -> float:
    """Seconds to produce events."""
    from vitals.stream.produce import produce
    from vitals.stream.topic import ensure_topic
    from vitals.synthetic.heart_events import HeartEvents

    chosen = _settings(place.brokers, topic)
    ensure_topic(chosen)
    done = produce(chosen, HeartEvents(START, PEOPLE), count, form, rate, progress=lambda _: None)
    assert done.delivered == count
    return done.seconds


def read_plainly(place: Place, topic: str, count: int) -> float:
    """Seconds to read a topic from its beginning and do nothing with it."""
    from confluent_kafka import Consumer

    consumer = Consumer(
        {"bootstrap.servers": place.brokers, "group.id": _name(), "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    began, seen = time.perf_counter(), 0
    while seen < count:
        seen += sum(message.error() is None for message in consumer.consume(2_000, 0.5))
    seconds = time.perf_counter() - began
    consumer.close()
    return seconds


def together(host: server.Server, place: Place, topic: str, count: int) -> dict[str, float]:
    """Producer, sink and loader at once: from the first event sent to the last one in raw."""
    with host.new_warehouse() as dsn, _running(place, topic, dsn, flush_events=count // 20):
        began = time.perf_counter()
        send(place, topic, count)
        _wait_for(dsn, count)
        seconds = time.perf_counter() - began
    return {"end_to_end_events_per_second": count / seconds}


def lag(host: server.Server, place: Place, topic: str) -> dict[str, float]:
    """At a steady rate: seconds from the last event sent until it is in raw."""
    count = _STEADY_RATE * _STEADY_SECONDS
    with host.new_warehouse() as dsn, _running(place, topic, dsn):
        send(place, topic, count, rate=_STEADY_RATE)
        began = time.perf_counter()
        _wait_for(dsn, count)
        return {
            "lag_seconds": time.perf_counter() - began,
            "lag_at_events_per_second": float(_STEADY_RATE),
        }


@contextmanager
def broker() -> Iterator[str]:
    """An embedded broker in a temporary home: its address."""
    from vitals import settings
    from vitals.embedded.kafka import Kafka

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="vitals-bench-") as home:
        given = {
            "VITALS_HOME": home,
            "VITALS_PACKAGES": str(settings.load().packages),
            "VITALS_KAFKA_PORT": str(port),
        }
        service = Kafka(settings.load(given, project=Path(home)))
        service.up()
        try:
            yield f"127.0.0.1:{port}"
        finally:
            service.down()


def run_sink(brokers: str, name: str, url: str, key: str, secret: str, *limits: str) -> dict:
    """Read a topic into the lake to its end, or for good if limits are given; for a child."""
    from vitals.stream.sink import Sink

    chosen = _settings(brokers, name)
    if limits:
        flush_events, flush_seconds = int(limits[0]), float(limits[1])
        chosen = replace(chosen, flush_events=flush_events, flush_seconds=flush_seconds)
    sink = Sink(chosen, _lake(url, key, secret, name), drains=not limits, progress=lambda _: None)
    began = time.perf_counter()
    written = sink.run()
    return {"seconds": time.perf_counter() - began, "events": written.events}


def run_load(dsn: str, _brokers: str, name: str, url: str, key: str, secret: str, *on: str) -> dict:
    """Load what is in the lake, once or for good; for a child."""
    from vitals.load import pipeline

    os.environ.update(pipeline.DLT_SETTINGS)
    import vitals.load.destination  # noqa: F401 - its import is not what is measured
    from vitals.load.stream import load_new

    lake = _lake(url, key, secret, name)
    began = time.perf_counter()
    while True:
        summary = load_new(dsn, lake, progress=lambda _: None)
        if not on:
            return {"seconds": time.perf_counter() - began, **summary.counts}
        time.sleep(0.2)


@contextmanager
def _running(place: Place, topic: str, dsn: str, flush_events: int = 100_000) -> Iterator[None]:
    """A sink that flushes every second and a loader, each in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.child"]
    limits = (str(flush_events), "1.0")
    send(place, topic, 1)
    started = [
        subprocess.Popen([*command, "sink", *place.arguments(topic), *limits]),
        subprocess.Popen([*command, "stream_load", dsn, *place.arguments(topic), "on"]),
    ]
    try:
        _wait_for(dsn, 0)  # what starting takes is not measured
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _wait_for(dsn: str, count: int) -> None:
    # And the one by which both were woken.
    with psycopg.connect(dsn, autocommit=True) as connection:
        query = "select coalesce(sum(rows_loaded), 0) from raw.loads where status = 'done'"
        while only_value(connection.execute(query)) < count + 1:
            time.sleep(0.05)


def _settings(brokers: str, name: str) -> Any:
    from vitals.stream.settings import StreamSettings

    return StreamSettings({"bootstrap.servers": brokers}, topic=name, group=name)


def _lake(url: str, key: str, secret: str, bucket: str) -> Any:
    from vitals.lake.store import Lake
    from vitals.settings import S3Target
    from vitals.storage import client
    from vitals.stream.lake import StreamLake

    return StreamLake(Lake(client(S3Target(key, secret, url, "us-east-1")), bucket))


def _name() -> str:
    return f"bench-{uuid.uuid4().hex[:8]}"


def main() -> None:
    with server.running() as host:
        print(json.dumps(figures(host, int(os.environ.get("EVENTS", 200_000))), indent=2))


if __name__ == "__main__":
    main()
