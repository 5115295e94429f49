"""Events of the synthetic cohort -> topic, as fast as the broker takes them or at a given rate.

The key of a message is its user, so the events of a person stay in order. The producer is
idempotent and waits for all replicas: what it reports as delivered is in the topic once.
"""

import time
from dataclasses import asdict, dataclass, field
from typing import Any

from confluent_kafka import KafkaException, Producer

from vitals.progress import Progress
from vitals.stream.encoding import encode
from vitals.stream.errors import StreamError
from vitals.stream.settings import StreamSettings
from vitals.stream.topic import broker_error, client_settings
from vitals.synthetic.heart_events import HeartEvents

_CHUNK = 20_000
_FLUSH_SECONDS = 120.0
_REPORT_SECONDS = 5.0


@dataclass
class Produced:
    """What was sent.

    Attributes:
        events: that were handed to the producer.
        failed: that were not delivered, by reason.
        message_bytes: of the values.
        seconds: until the last was delivered.
    """

    events: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    message_bytes: int = 0
    seconds: float = 0.0

    @property
    def delivered(self) -> int:
        """How many are in the topic."""
        return self.events - sum(self.failed.values())

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        return {**asdict(self), "delivered": self.delivered}

    def note(self, error: Any, _message: Any = None) -> None:
        """Called by the client for each message that was not delivered."""
        if error is not None:
            self.failed[error.str()] = self.failed.get(error.str(), 0) + 1


def produce(
    settings: StreamSettings,
    events: HeartEvents,
    count: int,
    form: str = "json",
    rate: float = 0.0,
    first: int = 0,
    progress: Progress = print,
) -> Produced:
    """Send events number `first` to `first + count - 1`.

    Args:
        settings: of the stream; the topic must be there.
        events: whose.
        count: how many.
        form: "json" or "avro".
        rate: events per second; 0 for as fast as it goes.
        first: number of the first, to go on where an earlier call ended.
        progress: called with a line now and then.

    Raises:
        StreamError: the broker does not answer; what was not delivered is in the message.
    """
    done = Produced()
    producer = Producer(_producer_settings(settings, done))
    began = reported = time.monotonic()
    chunk = min(_CHUNK, max(1, round(rate / 10))) if rate else _CHUNK
    for start in range(first, first + count, chunk):
        table = events.table(start, min(chunk, first + count - start))
        done.message_bytes += _send(producer, settings, table, form)
        done.events += table.num_rows
        now = time.monotonic()
        if now - reported >= _REPORT_SECONDS:
            progress(f"{done.events:,} of {count:,} events, {done.events / (now - began):,.0f}/s")
            reported = now
        if rate:
            time.sleep(max(0.0, began + done.events / rate - now))
    left = producer.flush(_FLUSH_SECONDS)
    done.seconds = round(time.monotonic() - began, 3)
    if left:
        raise StreamError(
            f"{left:,} of {done.events:,} events were not delivered within {_FLUSH_SECONDS:g} s: "
            f"see whether the broker at {settings.client['bootstrap.servers']} is well"
        )
    return done


def _producer_settings(settings: StreamSettings, done: Produced) -> dict[str, object]:
    return {
        "enable.idempotence": True,
        "acks": "all",
        "compression.type": "lz4",
        "linger.ms": 20,
        "queue.buffering.max.messages": 200_000,
        # As the Java clients do it, so that all producers of a person's events agree.
        "partitioner": "murmur2_random",
        "delivery.report.only.error": True,
        **client_settings(settings.client),
        "on_delivery": done.note,
    }


def _send(producer: Producer, settings: StreamSettings, table: Any, form: str) -> int:
    """Hand events over, waiting while the queue is full; returns how many bytes they are."""
    messages = encode(table, form)
    for user, value in zip(table["user_id"].to_pylist(), messages, strict=True):
        while True:
            try:
                producer.produce(settings.topic, value, user)
                break
            except BufferError:
                producer.poll(0.1)
            except KafkaException as error:
                raise broker_error(settings, error) from None
    producer.poll(0)
    return sum(map(len, messages))
