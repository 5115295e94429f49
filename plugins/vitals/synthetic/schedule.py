"""Participant + local day -> when they slept, exercised and had the watch off.

What the body did, in instants; what a device made of it is in `samples` and `sleeps`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vitals.synthetic.instants import MINUTE, Interval
from vitals.synthetic.people import Device, Person
from vitals.synthetic.randomness import Stream, generator


@dataclass(frozen=True)
class LocalDay:
    """One local day of a participant; intervals are [start, end) in UTC milliseconds.

    Attributes:
        night: The long sleep that ends on this day.
        naps: Shorter sleeps of the day.
        exercise: (start, end, share of maximum heart rate).
        off: Intervals in which no watch was worn.
        night_recorded: Whether the watch was worn in the night.
        asleep_again: Where the night was interrupted, (end of first part, start of second); the
            two are equal when the parts touch.
    """

    ordinal: int
    night: Interval
    naps: tuple[Interval, ...]
    exercise: tuple[tuple[int, int, float], ...]
    off: tuple[Interval, ...]
    night_recorded: bool
    asleep_again: Interval | None


def local_day(seed: int, person: Person, ordinal: int) -> LocalDay:
    """Return what a participant did on a local day."""
    rng = generator(seed, Stream.SCHEDULE, person.index, ordinal)
    habits = person.habits
    chance = rng.random(7)
    bed = habits.bedtime + rng.normal(0, 35)
    wake = bed + max(240.0, habits.sleep_minutes + rng.normal(0, 40))
    night = _interval(person, ordinal, bed, wake)

    nap_at = wake + rng.uniform(300, 420)
    nap = _interval(person, ordinal, nap_at, nap_at + rng.uniform(20, 90))
    exercise_at = wake + rng.choice([40, 580]) + rng.uniform(0, 30)
    exercise = _interval(person, ordinal, exercise_at, exercise_at + rng.uniform(20, 75))
    intensity = rng.uniform(0.6, 0.92)
    charging_at = wake + rng.uniform(60, 800)
    off = [_interval(person, ordinal, charging_at, charging_at + rng.uniform(15, 100))]

    night_off = bool(chance[2] < habits.night_off)
    if night_off:
        off.append(_interval(person, ordinal, bed - 20, wake + 20))
    if chance[3] < habits.not_worn:
        off.append(_interval(person, ordinal, 0, 24 * 60))
    elif chance[4] < habits.short_day:
        off.append(_interval(person, ordinal, wake + 200, 24 * 60))

    has_nap = chance[0] < habits.nap and not _overlap(nap, exercise)
    split_at = night[0] + int((night[1] - night[0]) * rng.uniform(0.3, 0.7)) // 1000 * 1000
    pause = int(rng.choice([0, 0, 4, 25])) * MINUTE
    return LocalDay(
        ordinal=ordinal,
        night=night,
        naps=(nap,) if has_nap else (),
        exercise=((*exercise, intensity),) if chance[1] < habits.exercise else (),
        off=tuple(off),
        night_recorded=not night_off,
        asleep_again=(split_at, split_at + pause) if chance[5] < habits.split_sleep else None,
    )


def days_around(seed: int, person: Person, ordinal: int) -> tuple[LocalDay, ...]:
    """Return the local days of which something can happen on a UTC day."""
    return tuple(local_day(seed, person, ordinal + shift) for shift in (-1, 0, 1))


def worn(person: Person, device: Device, days: Iterable[LocalDay], ts: np.ndarray) -> np.ndarray:
    """Return for each instant (ascending) whether the device was on the wrist."""
    if not len(ts):
        return np.zeros(0, dtype=bool)
    days = tuple(days)
    if device.day_only:
        on = mask_of(ts, [_interval(person, day.ordinal, 600, 1200) for day in days])
    else:
        on = np.ones(len(ts), dtype=bool)
    return on & ~mask_of(ts, [interval for day in days for interval in day.off])


def mask_of(ts: np.ndarray, intervals: Iterable[Interval]) -> np.ndarray:
    """Return for each instant (ascending) whether it lies in one of the intervals."""
    inside = np.zeros(len(ts), dtype=bool)
    for start, end in intervals:
        first, last = np.searchsorted(ts, (start, end))
        inside[first:last] = True
    return inside


def _interval(person: Person, ordinal: int, start: float, end: float) -> Interval:
    first = person.wall_to_ms(ordinal, start)
    return first, max(first + MINUTE, person.wall_to_ms(ordinal, end))


def _overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]
