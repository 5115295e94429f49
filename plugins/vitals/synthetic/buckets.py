"""Samples of a device and UTC day -> quarter-hour documents, with what goes wrong on the way.

Documents are kept as arrays until somebody asks for the dictionaries, because the truth is computed
from the same arrays. Duplicates, conflicting copies, growth, wrong values and broken documents are
added here, each at a fixed rate, so that any cohort of some size has all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from bson import ObjectId

from vitals.synthetic.delivery import Version, sync_after
from vitals.synthetic.instants import (
    DAY,
    ENCODINGS,
    HOUR,
    MINUTE,
    SECOND,
    Encoding,
    day_start,
    encode,
    encode_one,
)
from vitals.synthetic.people import Device, Person
from vitals.synthetic.randomness import Stream, generator, object_id
from vitals.synthetic.samples import Samples
from vitals.synthetic.wall_time import convertible, wall_times

BUCKET = 15 * MINUTE
BUCKETS_A_DAY = DAY // BUCKET

Variant = Literal["first", "again", "conflict", "clock_reset", "broken"]
SampleCollection = Literal["heart_rates", "steps"]
VALUE_FIELD = {"heart_rates": "bpm", "steps": "steps"}

_SHARE = {
    "grows": 0.04,
    "again": 0.008,
    "conflict": 0.015,
    "wrong_values": 0.02,
    "clock_reset": 0.02,
    "broken": 0.002,
}
_WRONG: dict[SampleCollection, tuple[tuple[str, object], ...]] = {
    "heart_rates": (
        ("out_of_range", 0),
        ("out_of_range", 24),
        ("out_of_range", 251),
        ("out_of_range", -70),
        ("wrong_type", "n/a"),
        ("wrong_type", None),
    ),
    "steps": (("out_of_range", -1), ("out_of_range", 1001), ("wrong_type", "many")),
}


@dataclass(frozen=True)
class Bucket:
    """One document of samples, as arrays.

    Attributes:
        start_ms: Start of the quarter-hour, by the device's clock.
        ts: UTC milliseconds by the device's clock, in the order of the document.
        wrong: Position -> (reason kind, value) of samples that the warehouse must reject.
        versions: States in which the store has it, in order; the last one is complete.
    """

    collection: SampleCollection
    device: Device
    variant: Variant
    start_ms: int
    ts: np.ndarray
    values: np.ndarray
    confidence: np.ndarray | None
    encoding: Encoding
    versions: tuple[Version, ...]
    wrong: dict[int, tuple[str, object]] = field(default_factory=dict)
    wall_ts: np.ndarray | None = None

    @property
    def complete_ms(self) -> int:
        """Instant at which the complete document was in the store."""
        return self.versions[-1].delivered_ms

    def accepted(self) -> np.ndarray:
        """Return for each sample whether the warehouse should accept it."""
        good = np.full(len(self.ts), self.variant not in ("clock_reset", "broken"))
        good[list(self.wrong)] = False
        return good

    def document_id(self, seed: int) -> ObjectId:
        """Return its `_id`, made when the first version was inserted."""
        inserted = self.versions[0].delivered_ms
        key = (seed, self.collection, self.device.device_id, self.start_ms, self.variant)
        return object_id(inserted, *key)

    def document(self, seed: int, rows: int | None = None) -> dict[str, object]:
        """Return the document with its first `rows` metrics (all by default)."""
        shown = self.ts if self.wall_ts is None else self.wall_ts
        start = self.start_ms
        if self.variant == "clock_reset":
            shown, start = self.ts - start, 0
        elif self.wall_ts is not None and len(shown):
            start += int(self.wall_ts[0] - self.ts[0])
        known = slice(0, rows)
        times = encode(shown[known], self.encoding, self.device.iso_offset_minutes)
        end = start + BUCKET if rows is None or not rows else int(shown[known].max()) + SECOND
        return {
            "_id": self.document_id(seed),
            **({} if self.variant == "broken" else {"device_id": self.device.device_id}),
            "created_at": encode_one(start, self.encoding, self.device.iso_offset_minutes),
            "ended_at": encode_one(end, self.encoding, self.device.iso_offset_minutes),
            "metrics": self._metrics(times, known),
        }

    def _metrics(self, times: Sequence[object], known: slice) -> list[dict[str, object]]:
        name = VALUE_FIELD[self.collection]
        values = self.values[known]
        numbers = values.tolist() if self.device.half_beats else values.astype(np.int64).tolist()
        for position, (_, wrong) in self.wrong.items():
            if position < len(numbers):
                numbers[position] = wrong
        if self.confidence is None:
            return [{"ts": t, name: v} for t, v in zip(times, numbers, strict=True)]
        return [
            {"ts": t, name: v, "confidence": c}
            for t, v, c in zip(times, numbers, self.confidence[known].tolist(), strict=True)
        ]


def day_buckets(
    seed: int,
    person: Person,
    device_number: int,
    collection: SampleCollection,
    ordinal: int,
    samples: Samples,
    local_time: bool,
) -> Iterator[Bucket]:
    """Yield the documents of one device and UTC day, by quarter-hour.

    With `local_time` the source writes wall-clock time as if it were UTC.
    """
    device = person.devices[device_number]
    kind = 0 if collection == "heart_rates" else 1
    rng = generator(seed, Stream.DELIVERY, person.index, ordinal, device_number, kind)
    chance = rng.random((BUCKETS_A_DAY, len(_SHARE)))
    detail = rng.integers(0, 2**31, (BUCKETS_A_DAY, 8))
    ts = samples.true_ts + device.clock_error_ms
    wall = None
    if local_time:
        keep = convertible(person, ts)
        samples = _filtered(samples, keep)
        ts = ts[keep]
        wall = wall_times(person, ts)

    edges = day_start(ordinal) + np.arange(BUCKETS_A_DAY + 1) * BUCKET
    cuts = np.searchsorted(samples.true_ts, edges)
    for number in np.flatnonzero(np.diff(cuts)).tolist():
        part = slice(cuts[number], cuts[number + 1])
        ended = int(edges[number + 1])
        bucket = Bucket(
            collection=collection,
            device=device,
            variant="first",
            start_ms=int(edges[number]) + device.clock_error_ms,
            ts=ts[part],
            values=samples.values[part],
            confidence=None if samples.confidence is None else samples.confidence[part],
            encoding=device.encoding or ENCODINGS[detail[number, 0] % 4],
            versions=(Version(sync_after(device, ended), part.stop - part.start),),
            wall_ts=None if wall is None else wall[part],
        )
        lots = dict(zip(_SHARE, chance[number] < list(_SHARE.values()), strict=True))
        yield from _with_accidents(bucket, ended, lots, detail[number].tolist())


def _filtered(samples: Samples, keep: np.ndarray) -> Samples:
    confidence = None if samples.confidence is None else samples.confidence[keep]
    return Samples(samples.true_ts[keep], samples.values[keep], confidence)


def _with_accidents(
    bucket: Bucket, ended: int, lots: dict[str, bool], detail: list[int]
) -> Iterator[Bucket]:
    """Yield the document as it turned out, and the further documents made of it by accident."""
    delivered = bucket.complete_ms
    if lots["clock_reset"] and bucket.device.resets_clock:
        yield replace(bucket, variant="clock_reset")
        return
    if lots["wrong_values"]:
        bucket = replace(bucket, wrong=_wrong_values(bucket, detail))
    if lots["grows"] and delivered - ended < HOUR:
        bucket = _growing(bucket, ended - BUCKET, detail)
    elif bucket.device.newest_first:
        bucket = _reversed(bucket)
    yield bucket

    later = (Version(delivered + detail[1] % (2 * DAY // SECOND) * SECOND, len(bucket.ts)),)
    if lots["again"]:
        yield replace(bucket, variant="again", versions=later)
    if lots["conflict"]:
        yield _conflicting(bucket, later, detail)
    if lots["broken"]:
        yield replace(bucket, variant="broken", versions=later)


def _wrong_values(bucket: Bucket, detail: list[int]) -> dict[int, tuple[str, object]]:
    kinds = _WRONG[bucket.collection]
    return {
        detail[4 + n] % len(bucket.ts): kinds[detail[6] // (n + 1) % len(kinds)]
        for n in range(1 + detail[5] % 2)
    }


def _growing(bucket: Bucket, started: int, detail: list[int]) -> Bucket:
    """Return the bucket delivered a first time while the quarter-hour was not over."""
    early = started + 3 * MINUTE + detail[2] % (9 * MINUTE) // SECOND * SECOND
    known = int(np.searchsorted(bucket.ts - bucket.device.clock_error_ms, early))
    return replace(bucket, versions=(Version(early, known), *bucket.versions))


def _reversed(bucket: Bucket) -> Bucket:
    last = len(bucket.ts) - 1
    return replace(
        bucket,
        ts=bucket.ts[::-1],
        values=bucket.values[::-1],
        confidence=None if bucket.confidence is None else bucket.confidence[::-1],
        wall_ts=None if bucket.wall_ts is None else bucket.wall_ts[::-1],
        wrong={last - position: value for position, value in bucket.wrong.items()},
    )


def _conflicting(bucket: Bucket, versions: tuple[Version, ...], detail: list[int]) -> Bucket:
    """Return a document with other values for some of the same instants."""
    chosen = slice(detail[3] % 3, None, 3)
    rng = np.random.Generator(np.random.PCG64(detail[7]))
    ts = bucket.ts[chosen]
    values = np.maximum(bucket.values[chosen] + rng.integers(-9, 10, len(ts)), 0)
    if bucket.collection == "heart_rates":
        values = np.clip(values, 30, 230)
    confidence = bucket.confidence
    return replace(
        bucket,
        variant="conflict",
        ts=ts,
        values=values,
        confidence=None if confidence is None else rng.integers(0, 4, len(ts), dtype=np.int16),
        wall_ts=None if bucket.wall_ts is None else bucket.wall_ts[chosen],
        versions=(Version(versions[0].delivered_ms, len(ts)),),
        wrong={},
    )
