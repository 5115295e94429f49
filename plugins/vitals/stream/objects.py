"""The objects of the stream in the lake, and their names.

    stream/heart_rate/<YYYY>/<MM>/<DD>/<HH>/<topic>-<partition>-<first>-<last offset>.parquet

The folder is the hour (UTC) of the events; the numbers are those of the flush, so its objects of
several hours share them. A name says which messages of which partition it can hold and so what is
in it: an object that is written again after a crash is the same one, and no object ever takes the
place of another with less in it. Messages that could not be decoded have no hour, and a folder of
their own.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitals.stream.decoding import Decoded

PREFIX = "stream/heart_rate/"
UNDECODABLE = "undecodable"
_HOUR_MICROS = 3_600_000_000
_NAME = re.compile(
    rf"{PREFIX}(?:(\d{{4}}/\d\d/\d\d/\d\d)|{UNDECODABLE})/([\w.-]+)-(\d+)-(\d+)-(\d+)\.parquet"
)


@dataclass(frozen=True)
class StreamKey:
    """Name of an object.

    Attributes:
        topic: of the messages.
        partition: of the topic.
        first: offset of the first message of the flush.
        last: of its last one.
        hour: begin of the hour of the events; None for what could not be decoded.
    """

    topic: str
    partition: int
    first: int
    last: int
    hour: datetime | None

    def __str__(self) -> str:
        folder = f"{self.hour:%Y/%m/%d/%H}" if self.hour else UNDECODABLE
        # Twenty digits: names sort as numbers do.
        offsets = f"{self.first:020d}-{self.last:020d}"
        return f"{PREFIX}{folder}/{self.topic}-{self.partition}-{offsets}.parquet"

    @classmethod
    def parse(cls, name: str) -> "StreamKey | None":
        """The key with a name; None for what is no object of ours."""
        found = _NAME.fullmatch(name)
        if not found:
            return None
        folder, topic, *numbers = found.groups()
        hour = datetime.strptime(folder, "%Y/%m/%d/%H").replace(tzinfo=UTC) if folder else None
        partition, first, last = map(int, numbers)
        return cls(topic, partition, first, last, hour)


def day_folder(instant: datetime) -> str:
    """What the names of all objects of a day (UTC) begin with; earlier ones sort before it."""
    return f"{PREFIX}{instant.astimezone(UTC):%Y/%m/%d}/"


def cut(topic: str, partition: int, decoded: Decoded) -> Iterator[tuple[StreamKey, bytes]]:
    """The objects of one flush: one for each hour that it has events of, and one for the rest."""
    offsets = [
        offset.as_py()
        for table in decoded
        if table.num_rows
        for offset in (table["kafka_offset"][0], table["kafka_offset"][-1])
    ]
    place = {"topic": topic, "partition": partition, "first": min(offsets), "last": max(offsets)}
    for hour, events in _by_hour(decoded.events):
        yield StreamKey(**place, hour=hour), parquet(events)
    if decoded.refused.num_rows:
        yield StreamKey(**place, hour=None), parquet(decoded.refused)


def read(content: bytes) -> pa.Table:
    """The columns in an object: EVENTS, or REFUSED."""
    return pq.read_table(pa.BufferReader(content), use_threads=False)


def parquet(table: pa.Table) -> bytes:
    """The content of an object with these columns."""
    target = io.BytesIO()
    pq.write_table(
        table,
        target,
        compression="zstd",
        compression_level=1,
        use_dictionary=[name for name in ("user_id", "activity_id") if name in table.column_names],
    )
    return target.getvalue()


def _by_hour(events: pa.Table) -> Iterator[tuple[datetime, pa.Table]]:
    micros = events["ts"].cast(pa.int64()).to_numpy()
    hours = micros // _HOUR_MICROS
    if not len(hours):
        return
    if (hours[1:] < hours[:-1]).any():
        order = np.argsort(hours, kind="stable")  # within an hour the order of the partition stays
        hours, events = hours[order], events.take(pa.array(order))
    starts = [0, *(np.flatnonzero(np.diff(hours)) + 1), len(hours)]
    for first, end in zip(starts, starts[1:], strict=False):
        hour = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=int(hours[first]))
        yield hour, events.slice(first, end - first)
