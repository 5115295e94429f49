"""Topic -> objects of the lake; offsets are committed after their objects are durable.

One thread reads, decodes and writes in turn, so there is never more in memory than the batches may
hold: while an object is being written nothing is read. A sink that dies at any moment has committed
only what is in the lake; the next one reads the rest again, and objects that overlap do no harm,
because a row is named by topic, partition and offset.

When partitions are taken away in a rebalance, what was read of them is written and committed first;
if the group has given them away already, it is dropped, and their new reader reads it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from vitals.lake.errors import LakeError
from vitals.progress import Progress
from vitals.stream.batches import Batch
from vitals.stream.decoding import decode
from vitals.stream.lake import StreamLake
from vitals.stream.objects import cut
from vitals.stream.settings import StreamSettings
from vitals.stream.topic import broker_error, client_settings

log = logging.getLogger(__name__)

# Few enough that large messages do not fill the memory before their batch is seen to be full.
_AT_ONCE = 2_000
_POLL_SECONDS = 0.5
# The embedded broker waits for good for a reader that was killed, unless it comes back by its name.
# So there is one of them; Apache Kafka lets partitions go after session.timeout.ms.
_ONLY_READER = {"group.instance.id": "stream-sink"}
_PAUSES_SECONDS = (1, 2, 5, 10, 30)


@dataclass
class Written:
    """What a sink has put into the lake."""

    events: int = 0
    undecodable: int = 0
    objects: int = 0
    flushes: int = 0


@dataclass
class Sink:
    """One reader of the group.

    Attributes:
        settings: of the stream.
        lake: where objects go.
        stopping: set to end it; what was read is written first.
        drains: whether it ends when it has read everything that there is.
        progress: called with a line for each flush.
        beat: called every second or so while it is at work.
    """

    settings: StreamSettings
    lake: StreamLake
    stopping: threading.Event = field(default_factory=threading.Event)
    drains: bool = False
    progress: Progress = log.info
    beat: Callable[[], object] = bool
    written: Written = field(default_factory=Written)
    _batches: dict[int, Batch] = field(default_factory=dict)
    _ended: set[int] = field(default_factory=set)
    _is_assigned: bool = False

    def run(self) -> Written:
        """Read until it is told to stop; if the lake fails, read again from what is durable.

        Raises:
            StreamError: the broker cannot be used, or the lake has other events under our names.
            LakeError: the lake fails while the sink is to end.
        """
        failures = 0
        while True:
            before = self.written.flushes
            try:
                self._read()
                return self.written
            except LakeError as error:
                if self.stopping.is_set() or self.drains:
                    raise
                failures = 0 if self.written.flushes > before else failures
                pause = _PAUSES_SECONDS[min(failures, len(_PAUSES_SECONDS) - 1)]
                failures += 1
                log.warning("%s; reading again in %s s", error, pause)
                self.stopping.wait(pause)
            except KafkaException as error:
                raise broker_error(self.settings, error) from None

    def _read(self) -> None:
        consumer = Consumer(self._consumer_settings())
        self._batches, self._ended, self._is_assigned = {}, set(), False
        consumer.subscribe(
            [self.settings.topic],
            on_assign=self._assigned,
            on_revoke=self._revoked,
            on_lost=self._lost,
        )
        at_once = min(_AT_ONCE, self.settings.flush_events)
        try:
            while not (self.stopping.is_set() or self._is_drained()):
                for message in consumer.consume(at_once, _POLL_SECONDS):
                    self._take(message)
                self._flush(consumer, self._due())
                self.beat()
            self._flush(consumer, [*self._batches])
        finally:
            self._batches = {}  # of what was not written nothing may be committed
            consumer.close()

    def _consumer_settings(self) -> dict[str, object]:
        return {
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 10_000,
            "heartbeat.interval.ms": 2_000,
            "queued.max.messages.kbytes": 16_384,
            "fetch.error.backoff.ms": 100,
            **client_settings(self.settings.client),
            "group.id": self.settings.group,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            **(_ONLY_READER if self.settings.is_embedded else {}),
        }

    def _take(self, message: Message) -> None:
        partition, error = message.partition(), message.error()
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF and partition is not None:
                self._ended.add(partition)
            elif error.fatal():
                raise KafkaException(error)
            else:  # the client goes on by itself, for instance when the topic appears
                log.warning("Kafka: %s", error.str())
            return
        offset = message.offset()
        # What was fetched before a rebalance may come after it.
        if partition in self._batches and offset is not None:
            self._ended.discard(partition)
            self._batches[partition].add(offset, message.value())

    def _due(self) -> list[int]:
        """Partitions whose batch is large or old enough, or has to make room."""
        limit = self.settings
        largest = limit.flush_mb * 1e6
        due = [
            partition
            for partition, batch in self._batches.items()
            if len(batch) >= limit.flush_events
            or batch.size_bytes >= largest
            or batch.age_seconds >= limit.flush_seconds
        ]
        if not due and sum(batch.size_bytes for batch in self._batches.values()) >= 2 * largest:
            due = [max(self._batches, key=lambda one: self._batches[one].size_bytes)]
        return due

    def _flush(self, consumer: Consumer, partitions: list[int]) -> None:
        """Write what was read of some partitions, then commit it.

        Raises:
            LakeError: it cannot be written; nothing of it is committed.
        """
        positions = []
        for partition in partitions:
            batch = self._batches[partition]
            if len(batch):
                self._write(partition, batch)
                positions.append(TopicPartition(self.settings.topic, partition, batch.next_offset))
                self._batches[partition] = Batch()
        if positions:
            self._commit(consumer, positions)

    def _write(self, partition: int, batch: Batch) -> None:
        decoded = decode(batch.offsets, batch.values)
        count = self.lake.put(cut(self.settings.topic, partition, decoded))
        self.written.events += len(batch)
        self.written.undecodable += decoded.refused.num_rows
        self.written.objects += count
        self.written.flushes += 1
        line = f"{self.settings.topic}/{partition}: {len(batch):,} events to offset "
        line += f"{batch.offsets[-1]:,} in {count} objects"
        if decoded.refused.num_rows:
            line += f", {decoded.refused.num_rows:,} of them cannot be decoded"
        self.progress(line)

    def _commit(self, consumer: Consumer, positions: list[TopicPartition]) -> None:
        try:
            consumer.commit(offsets=positions, asynchronous=False)
        except KafkaException as error:
            # Somebody else has the partitions by now and reads them again, or the next flush
            # commits these as well.
            log.warning("offsets were not committed: %s", error.args[0].str())

    def _is_drained(self) -> bool:
        return self.drains and self._is_assigned and self._ended >= self._batches.keys()

    def _assigned(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._is_assigned = True
        self._batches |= {one.partition: Batch() for one in partitions}

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        mine = [one.partition for one in partitions if one.partition in self._batches]
        try:
            self._flush(consumer, mine)
        except LakeError as error:  # whoever gets them reads them again
            log.warning("partitions go with %s events unwritten: %s", self._waiting(mine), error)
        self._drop(mine)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._drop([one.partition for one in partitions])

    def _drop(self, partitions: list[int]) -> None:
        for partition in partitions:
            self._batches.pop(partition, None)
            self._ended.discard(partition)

    def _waiting(self, partitions: list[int]) -> int:
        return sum(len(self._batches[partition]) for partition in partitions)
