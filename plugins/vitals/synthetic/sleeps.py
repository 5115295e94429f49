"""Schedule of a local day -> sleep documents of each device, with stages where it knows them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    encode,
    encode_one,
)
from vitals.synthetic.people import Device, Person
from vitals.synthetic.randomness import Stream, generator, object_id
from vitals.synthetic.schedule import LocalDay
from vitals.synthetic.wall_time import convertible, wall_times

Variant = Literal["first", "again", "provisional"]
Stage = tuple[int, str, int]

_HALF_MINUTE = 30 * SECOND


@dataclass(frozen=True)
class Sleep:
    """One sleep by one device; instants in UTC milliseconds by the device's clock.

    Attributes:
        levels: (start, stage, seconds) in order, or None where the device gives none.
        duration_ms: What the source states; not always the length of the interval.
    """

    start_ms: int
    end_ms: int
    duration_ms: int
    levels: tuple[Stage, ...] | None


@dataclass(frozen=True)
class SleepDocument:
    """One document of sleeps. `impossible` adds one that ends before it starts."""

    device: Device
    variant: Variant
    sleeps: tuple[Sleep, ...]
    encoding: Encoding
    versions: tuple[Version, ...]
    impossible: bool = False
    local_time_of: Person | None = None

    @property
    def complete_ms(self) -> int:
        """Instant at which the complete document was in the store."""
        return self.versions[-1].delivered_ms

    def document_id(self, seed: int) -> ObjectId:
        """Return its `_id`, made when the first version was inserted."""
        key = (seed, "sleeps", self.device.device_id, self.sleeps[0].start_ms, self.variant)
        return object_id(self.versions[0].delivered_ms, *key)

    def document(self, seed: int, rows: int | None = None) -> dict[str, object]:
        """Return the document with its first `rows` sleeps (all by default)."""
        known = self.sleeps[:rows]
        metrics = [self._metric(sleep) for sleep in known]
        if self.impossible and len(known) == len(self.sleeps):
            metrics.append(
                {
                    "start_ts": self._encoded(known[0].end_ms),
                    "end_ts": self._encoded(known[0].start_ms),
                    "duration": 0,
                }
            )
        return {
            "_id": self.document_id(seed),
            "device_id": self.device.device_id,
            "created_at": self._encoded(known[0].start_ms),
            "ended_at": self._encoded(known[-1].end_ms),
            "metrics": metrics,
        }

    def _metric(self, sleep: Sleep) -> dict[str, object]:
        metric: dict[str, object] = {
            "start_ts": self._encoded(sleep.start_ms),
            "end_ts": self._encoded(sleep.end_ms),
            "duration": sleep.duration_ms,
        }
        if sleep.levels is not None:
            starts = self._shown(np.array([start for start, _, _ in sleep.levels]))
            times = encode(starts, self.encoding, self.device.iso_offset_minutes)
            metric["levels"] = [
                {"ts": ts, "level": level, "seconds": seconds}
                for ts, (_, level, seconds) in zip(times, sleep.levels, strict=True)
            ]
        return metric

    def _encoded(self, ms: int) -> object:
        shown = int(self._shown(np.array([ms]))[0])
        return encode_one(shown, self.encoding, self.device.iso_offset_minutes)

    def _shown(self, ms: np.ndarray) -> np.ndarray:
        return ms if self.local_time_of is None else wall_times(self.local_time_of, ms)


def day_sleeps(
    seed: int, person: Person, day: LocalDay, local_time: bool
) -> Iterator[SleepDocument]:
    """Yield the documents of all sleeps of a local day, device by device.

    With `local_time` the source writes wall-clock time as if it were UTC.
    """
    for number, device in enumerate(person.devices):
        if device.sleep == "none" or not device.is_worn_on(day.ordinal) or device.day_only:
            continue
        rng = generator(seed, Stream.SLEEP, person.index, day.ordinal, number)
        nights = _night_sleeps(rng, device, number, day) if day.night_recorded else []
        naps = [_sleep(rng, device, nap, plain=True) for nap in day.naps if number == 0]
        encoding = device.encoding or ENCODINGS[rng.integers(4)]
        for sleeps in [nights, naps]:
            if local_time:
                sleeps = _convertible_only(person, sleeps)
            if sleeps:
                ended = sleeps[-1].end_ms - device.clock_error_ms
                delivered = sync_after(device, ended + 20 * MINUTE)
                plain = SleepDocument(
                    device,
                    "first",
                    tuple(sleeps),
                    encoding,
                    (Version(delivered, len(sleeps)),),
                    local_time_of=person if local_time else None,
                )
                yield from _with_accidents(rng, plain, ended)


def _night_sleeps(
    rng: np.random.Generator, device: Device, number: int, day: LocalDay
) -> list[Sleep]:
    start, end = day.night
    if number:
        # A second watch has its own opinion of when the sleep began and ended.
        start += int(rng.integers(-20, 20)) * MINUTE
        end += int(rng.integers(-20, 20)) * MINUTE
    parts = [(start, end)]
    if day.asleep_again is not None and number == 0:
        parts = [(start, day.asleep_again[0]), (day.asleep_again[1], end)]
    return [_sleep(rng, device, part, plain=device.sleep == "plain") for part in parts]


def _sleep(
    rng: np.random.Generator, device: Device, interval: tuple[int, int], plain: bool
) -> Sleep:
    start, end = (ms + device.clock_error_ms for ms in interval)
    unknown = rng.random() < 0.08
    stages = None if plain or unknown else _stages(rng, device, start, end)
    misstated = int(rng.integers(1, 40)) * MINUTE if rng.random() < 0.03 else 0
    return Sleep(start, end, end - start + misstated, stages)


def _stages(rng: np.random.Generator, device: Device, start: int, end: int) -> tuple[Stage, ...]:
    """Return cycles of light, deep, light, REM and a short awakening, and some interruptions.

    Some nights the last minutes have no stage; interruptions lie on top of another stage.
    """
    awake = "awake" if device.encoding == "iso" else "wake"
    if rng.random() < 0.15:
        end -= 12 * MINUTE
    stages: list[Stage] = []
    at, cycle = start, 0
    while at < end:
        typical = (("light", 22), ("deep", max(6, 36 - 9 * cycle)), ("light", 12))
        for level, minutes in (*typical, ("rem", 8 + 7 * cycle), (awake, 3)):
            length = int(minutes * rng.uniform(0.5, 1.5) * 2) * _HALF_MINUTE
            length = min(max(length, _HALF_MINUTE), end - at)
            if length > 0:
                stages.append((at, level, length // SECOND))
            at += length
        cycle += 1
    minutes_in_bed = max(1, (end - start) // MINUTE - 3)
    for _ in range(int(rng.integers(0, 5))):
        interrupted = start + int(rng.integers(0, minutes_in_bed)) * MINUTE
        stages.append((interrupted, awake, int(rng.integers(1, 6)) * 30))
    return tuple(sorted(stages))


def _convertible_only(person: Person, sleeps: list[Sleep]) -> list[Sleep]:
    """Drop sleeps, and stages of sleeps, that have an instant without a wall time of its own."""
    kept = []
    for sleep in sleeps:
        if convertible(person, np.array([sleep.start_ms, sleep.end_ms])).all():
            starts = np.array([start for start, _, _ in sleep.levels or ()], dtype=np.int64)
            known = convertible(person, starts).all()
            kept.append(sleep if known else replace(sleep, levels=None))
    return kept


def _with_accidents(
    rng: np.random.Generator, document: SleepDocument, ended: int
) -> Iterator[SleepDocument]:
    """Yield the document as it turned out, and the further documents made of it by accident."""
    chance = rng.random(4)
    delivered = document.complete_ms
    in_time = delivered - ended < 2 * HOUR
    if chance[0] < 0.04:
        document = replace(document, impossible=True)
    if in_time and len(document.sleeps) > 1 and chance[1] < 0.5:
        # The first part was delivered while the sleeper was in the second.
        early = document.sleeps[0].end_ms - document.device.clock_error_ms + MINUTE
        document = replace(document, versions=(Version(early, 1), *document.versions))
    yield document
    if chance[2] < 0.06:
        yield _provisional(document)
    if chance[3] < 0.03:
        later = delivered + int(rng.integers(2 * DAY // SECOND)) * SECOND
        again = (Version(later, len(document.sleeps)),)
        yield replace(document, variant="again", versions=again)


def _provisional(document: SleepDocument) -> SleepDocument:
    """Return a document that the watch wrote half an hour before the sleep was over.

    It is delivered after the final one, so that an earlier end must lose although it comes last.
    """
    last = document.sleeps[-1]
    end = max(last.start_ms + 10 * MINUTE, last.end_ms - 30 * MINUTE)
    levels = last.levels and tuple(stage for stage in last.levels if stage[0] < end)
    sleep = Sleep(last.start_ms, end, end - last.start_ms, levels)
    delivered = document.complete_ms + 5 * HOUR
    return replace(
        document,
        variant="provisional",
        sleeps=(sleep,),
        versions=(Version(delivered, 1),),
        impossible=False,
    )
