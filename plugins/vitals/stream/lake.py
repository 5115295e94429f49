"""Where objects of the stream are kept: written once, listed, read; over the bucket of the lake."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from vitals.lake.errors import LakeError, LoadIdTakenError
from vitals.lake.store import Lake
from vitals.stream import objects
from vitals.stream.errors import StreamError
from vitals.stream.objects import StreamKey

# Waiting for the network is most of what a small object costs.
_AT_ONCE = 8
OFFSET = "kafka_offset"


@dataclass(frozen=True)
class StreamLake:
    """The part of a lake that holds the stream."""

    lake: Lake

    def put(self, made: Iterable[tuple[StreamKey, bytes]]) -> int:
        """Keep objects; when this returns they are durable.

        Returns:
            How many there were.

        Raises:
            LakeError: one cannot be written; others may be there, which does no harm.
            StreamError: the lake has other events under the same name.
        """
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return sum(1 for _ in pool.map(lambda one: self._put(*one), made))

    def names(self, since: datetime | None = None) -> list[StreamKey]:
        """Objects, in the order in which their messages were written.

        Args:
            since: only those whose events are from this day (UTC) on, and what has no time.

        Raises:
            LakeError: the lake cannot be read.
        """
        after = objects.day_folder(since) if since else ""
        found = map(StreamKey.parse, self.lake.names(objects.PREFIX, after))
        return sorted(filter(None, found), key=_order)

    def read(self, keys: Iterable[StreamKey]) -> Iterator[tuple[StreamKey, pa.Table]]:
        """The columns of objects, some of them ahead.

        Raises:
            LakeError: one cannot be read.
        """
        waiting = list(keys)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for start in range(0, len(waiting), _AT_ONCE):
                some = waiting[start : start + _AT_ONCE]
                yield from zip(some, pool.map(self._read, some), strict=True)

    def replace(self, key: StreamKey, content: pa.Table) -> None:
        """Write an object anew, without some of its events; what it was before is gone for good.

        Raises:
            LakeError: it cannot be written.
        """
        if content.num_rows:
            self.lake.write_note(str(key), objects.parquet(content))
            self.lake.forget_earlier(str(key))
        else:
            self.lake.delete([str(key)])

    def _put(self, key: StreamKey, content: bytes) -> None:
        try:
            self.lake.put_once(str(key), content)
        except LoadIdTakenError:
            if not _is_part(self._read(key), objects.read(content)):
                raise StreamError(
                    f"{key} holds other events: topic {key.topic} was made anew, and its offsets "
                    "begin again; set STREAM__TOPIC to a new name, or take the object away"
                ) from None

    def _read(self, key: StreamKey) -> pa.Table:
        content = self.lake.read_note(str(key))
        if content is None:
            raise LakeError(f"{key} is gone from the lake")
        try:
            return objects.read(content)
        except (pa.ArrowInvalid, OSError) as error:
            raise LakeError(f"{key} cannot be read: {error}") from None


def _order(key: StreamKey) -> tuple:
    return key.topic, key.partition, key.first, key.last, key.hour is None, key.hour


def _is_part(there: pa.Table, new: pa.Table) -> bool:
    """Whether an object holds nothing but messages of another.

    Another release may write the same in other bytes or words, and people who were deleted were
    taken out.
    """
    same = new.filter(pc.is_in(new[OFFSET], there[OFFSET].combine_chunks()))
    told = [name for name in there.column_names if name != "reason"]
    return there.column_names == new.column_names and same.select(told).equals(there.select(told))
