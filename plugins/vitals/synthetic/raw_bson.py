"""Cohort sizes -> raw BSON of heart-rate documents, fast enough to measure a loader with.

All documents of one sample count have the same bytes except for a few numbers at known places: one
is encoded by pymongo, copied as often as needed, and the numbers are written over it in columns.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import bson
import numpy as np
from bson import ObjectId

from vitals.synthetic.buckets import BUCKET, BUCKETS_A_DAY
from vitals.synthetic.cohort import Cohort
from vitals.synthetic.instants import DAY, SECOND, day_start
from vitals.synthetic.randomness import Stream, generator

# Values that can be found again in the encoded template, whatever stands around them.
_TS_MARK = datetime(2001, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
_ID_MARK = ObjectId(b"\xf1\xe2\xd3\xc4\xb5\xa6\x97\x88\x79\x6a\x5b\x4c")
_DEVICE_MARK = "watch-\x01\x02\x03\x04"


def raw_bson_batches(cohort: Cohort, batch_documents: int = 960) -> Iterator[bytes]:
    """Yield concatenated BSON documents of `heart_rates`, all days of all participants.

    One device per participant, worn always, one sample every `resolution_seconds`, datetimes, and
    no accidents: for measuring, not for checking. There are participants x days x 96 documents of
    900 // resolution_seconds samples. Ordered by day, then participant, then time.

    Args:
        cohort: Gives seed, sizes and period.
        batch_documents: Documents in one piece, rounded up to whole days of a participant.
    """
    rows = BUCKET // SECOND // cohort.resolution_seconds
    template = _Template(rows)
    people = max(1, -(-batch_documents // BUCKETS_A_DAY))
    for ordinal in cohort.ordinals:
        for first in range(0, cohort.participants, people):
            members = range(first, min(first + people, cohort.participants))
            yield template.fill(cohort, ordinal, members)


class _Template:
    """A document with its numbers cut out."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        encoded = bson.encode(
            {
                "_id": _ID_MARK,
                "device_id": _DEVICE_MARK,
                "created_at": _TS_MARK,
                "ended_at": _TS_MARK,
                "metrics": [{"ts": _TS_MARK, "bpm": 0, "confidence": 0} for _ in range(rows)],
            }
        )
        self.bytes = np.frombuffer(encoded, dtype=np.uint8)
        mark = bson.encode({"": _TS_MARK})[6:14]
        instants = _places(encoded, mark)
        self.created_at, self.ended_at, *self.ts = instants
        # After a sample's instant: type and name of bpm, its int32, then the same for confidence.
        self.bpm = np.array(self.ts) + 8 + len(b"\x10bpm\x00")
        self.confidence = self.bpm + 4 + len(b"\x10confidence\x00")
        self.object_id = encoded.index(_ID_MARK.binary)
        self.device = encoded.index(_DEVICE_MARK.encode()) + len("watch-")

    def fill(self, cohort: Cohort, ordinal: int, members: range) -> bytes:
        count = len(members) * BUCKETS_A_DAY
        documents = np.tile(self.bytes, (count, 1))
        starts = day_start(ordinal) + np.tile(np.arange(BUCKETS_A_DAY) * BUCKET, len(members))
        people = np.repeat(np.array(members, dtype=np.int64), BUCKETS_A_DAY)
        rng = generator(cohort.seed, Stream.HEART_DEVICE, ordinal, members.start)
        offsets = np.arange(self.rows) * cohort.resolution_seconds * SECOND
        hours = (starts[:, None] + offsets) % DAY / DAY
        bpm = 72 - 14 * np.cos(hours * 2 * np.pi) + rng.integers(-6, 7, (count, self.rows))

        _write(documents, [self.created_at], starts[:, None], "<i8")
        _write(documents, [self.ended_at], starts[:, None] + BUCKET, "<i8")
        _write(documents, self.ts, starts[:, None] + offsets, "<i8")
        _write(documents, self.bpm, bpm, "<i4")
        _write(documents, self.confidence, rng.integers(0, 4, bpm.shape), "<i4")
        _write(documents, [self.object_id], (starts + BUCKET)[:, None] // SECOND, ">u4")
        serial = people * BUCKETS_A_DAY * 36_600 + starts // BUCKET
        _write(documents, [self.object_id + 4], serial[:, None], ">u8")
        digits = people[:, None] // np.array([1000, 100, 10, 1]) % 10 + ord("0")
        _write(documents, range(self.device, self.device + 4), digits, "u1")
        return documents.tobytes()


def _places(encoded: bytes, mark: bytes) -> list[int]:
    places, at = [], encoded.find(mark)
    while at >= 0:
        places.append(at)
        at = encoded.find(mark, at + len(mark))
    return places


def _write(documents: np.ndarray, places: object, values: np.ndarray, dtype: str) -> None:
    """Write values[d, n] at byte places[n] of document d."""
    width = np.dtype(dtype).itemsize
    as_bytes = values.astype(dtype).view(np.uint8).reshape(*values.shape, width)
    targets = np.asarray(places)[:, None] + np.arange(width)
    documents[:, targets] = as_bytes
