"""What the machine can do: COPY BINARY of rows encoded and sorted beforehand; plain decoding."""

import time
from collections.abc import Iterator

import bson
import numpy as np

from benchmarks.copying import copy_in, framed
from benchmarks.documents import DEVICES, HOUR_MS, PERIOD_MS, START_MS, Backlog

_POSTGRES_EPOCH_MS = 946_684_800_000
_CHUNK_ROWS = 100_000
_ROW = np.dtype([
    ("fields", ">i2"), ("l1", ">i4"), ("device_id", "S11"), ("l2", ">i4"), ("ts", ">i8"),
    ("l3", ">i4"), ("bpm", ">f4"), ("l4", ">i4"), ("confidence", ">f4"), ("l5", ">i4"),
    ("load_id", ">i4"),
])  # fmt: skip
COPY = (
    "copy raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id) "
    "from stdin with (format binary)"
)


def encoded_rows(backlog: Backlog) -> Iterator[bytes]:
    """The rows of a backlog as COPY BINARY, sorted by (device_id, ts)."""
    hours = range(backlog.first // DEVICES, backlog.documents // DEVICES)
    count = len(hours) * (HOUR_MS // PERIOD_MS)
    for device in range(DEVICES):
        for start in range(0, count, _CHUNK_ROWS):
            steps = np.arange(start, min(start + _CHUNK_ROWS, count))
            rows = np.zeros(len(steps), _ROW)
            rows["fields"], rows["l1"], rows["l2"] = 5, 11, 8
            rows["l3"] = rows["l4"] = rows["l5"] = 4
            rows["device_id"] = f"device-{device:04d}".encode()
            millis = START_MS + hours[0] * HOUR_MS + steps * PERIOD_MS
            rows["ts"] = (millis - _POSTGRES_EPOCH_MS) * 1000
            rows["bpm"], rows["confidence"], rows["load_id"] = 60 + steps * 7 % 90, steps % 4, 1
            yield rows.tobytes()


def copy_seconds(dsn: str, backlog: Backlog) -> float:
    """Seconds from the first byte sent to the end of the commit."""
    return copy_in(dsn, COPY, framed(encoded_rows(backlog)))


def decoding_cpu_seconds(documents: int = 200) -> float:
    """Processor seconds for a million samples of `bson.decode` and nothing else."""
    backlog = Backlog(documents)
    raw = [backlog.document(index) for index in range(documents)]
    began = time.process_time()
    for document in raw:
        bson.decode(document)
    return (time.process_time() - began) / backlog.samples * 1_000_000
