"""Schedule of a day -> heart-rate and step samples of each device, as arrays.

A participant has one heart and one pair of legs: their minute curves are drawn once per UTC day and
every device of the participant samples the same curve with its own noise, resolution and clock.
"""

from dataclasses import dataclass

import numpy as np

from vitals.synthetic.instants import DAY, MINUTE, SECOND, day_start, utc_offset_ms
from vitals.synthetic.people import Device, Person
from vitals.synthetic.randomness import Stream, generator
from vitals.synthetic.schedule import LocalDay, mask_of, worn

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Samples:
    """Samples of one device and UTC day, ascending.

    Attributes:
        true_ts: UTC milliseconds at which they were really taken.
        values: Beats per minute, or steps in the minute.
        confidence: 0 to 3, or None where the device or the kind of data has none.
    """

    true_ts: np.ndarray
    values: np.ndarray
    confidence: np.ndarray | None = None


def heart_curve(seed: int, person: Person, days: tuple[LocalDay, ...], ordinal: int) -> np.ndarray:
    """Return the true heart rate at each full minute of a UTC day (1441 values, bpm)."""
    start = day_start(ordinal)
    minutes = start + np.arange(MINUTES_A_DAY + 1) * MINUTE
    offset = utc_offset_ms(start + DAY // 2, person.zone_at(start + DAY // 2))
    hour = (minutes + offset) % DAY / (DAY / 24)
    rng = generator(seed, Stream.HEART, person.index, ordinal)
    rest = person.habits.resting_bpm

    curve = rest + 16 + 5 * np.sin((hour - 10) / 24 * 2 * np.pi)
    for start_ms, end_ms in [day.night for day in days] + [nap for day in days for nap in day.naps]:
        first, last = np.searchsorted(minutes, (start_ms, end_ms))
        since = (minutes[first:last] - start_ms) / (90 * MINUTE)
        curve[first:last] = rest + 3 * np.cos(since * 2 * np.pi) - np.minimum(since, 4)
    # White noise smoothed over 21 minutes: a heart wanders, it does not jump.
    noise = rng.normal(0, 1, MINUTES_A_DAY + 1 + 20)
    curve += 4 * np.convolve(noise, np.full(21, 1 / np.sqrt(21)), mode="valid")
    for start_ms, end_ms, share in (effort for day in days for effort in day.exercise):
        ramp = np.minimum(minutes - start_ms, end_ms + 10 * MINUTE - minutes) / (8 * MINUTE)
        effort = share * 185 * (1 + 0.06 * np.sin(minutes / (4 * MINUTE)))
        curve += np.clip(ramp, 0, 1) * np.maximum(effort - curve, 0)
    return np.clip(curve, 38, 205)


def heart_samples(
    seed: int,
    person: Person,
    device_number: int,
    days: tuple[LocalDay, ...],
    ordinal: int,
    curve: np.ndarray,
    resolution_seconds: int,
) -> Samples:
    """Return what one device measured on a UTC day: dense in exercise, nothing while off."""
    device = person.devices[device_number]
    rng = generator(seed, Stream.HEART_DEVICE, person.index, ordinal, device_number)
    start = day_start(ordinal)
    ts = start + _sample_times(rng, device, resolution_seconds)
    if device.encoding in ("datetime", "milliseconds", "iso"):
        ts += rng.integers(0, SECOND, len(ts)) * int(device.half_beats)
    efforts = [(first, last) for day in days for first, last, _ in day.exercise]
    dense = np.arange(start, start + DAY, max(1, min(2, resolution_seconds)) * SECOND)
    in_effort = mask_of(ts, efforts)
    dense = dense[mask_of(dense, efforts)]
    ts = np.sort(np.concatenate([ts[~in_effort], dense]))
    ts = ts[worn(person, device, days, ts)]

    bpm = np.interp(ts, start + np.arange(len(curve)) * MINUTE, curve)
    bpm += rng.normal(0.6 * device_number, 1.5, len(ts))
    steps_per_beat = 2 if device.half_beats else 1
    confidence = None
    if device.has_confidence:
        confidence = rng.integers(1, 4, len(ts), dtype=np.int16) - mask_of(ts, efforts)
    return Samples(ts, np.round(bpm * steps_per_beat) / steps_per_beat, confidence)


def step_curve(seed: int, person: Person, days: tuple[LocalDay, ...], ordinal: int) -> np.ndarray:
    """Return the true steps in each minute of a UTC day (1440 values)."""
    minutes = day_start(ordinal) + np.arange(MINUTES_A_DAY) * MINUTE
    rng = generator(seed, Stream.STEPS, person.index, ordinal)
    # Walking comes in bouts: a quarter-hour is one to a certain degree, a minute within it or not.
    lively = np.repeat(rng.beta(0.2, 1.3, MINUTES_A_DAY // 15), 15)
    steps = np.where(rng.random(MINUTES_A_DAY) < lively, rng.integers(4, 115, MINUTES_A_DAY), 0)
    asleep = mask_of(minutes, [day.night for day in days])
    asleep |= mask_of(minutes, [nap for day in days for nap in day.naps])
    steps[asleep] = 0
    running = mask_of(minutes, [(first, last) for day in days for first, last, _ in day.exercise])
    steps[running] = rng.integers(120, 180, running.sum())
    return steps


def step_samples(
    seed: int,
    person: Person,
    device_number: int,
    days: tuple[LocalDay, ...],
    ordinal: int,
    curve: np.ndarray,
) -> Samples:
    """Return the steps a device counted, one sample a minute, in quarter-hours that have any."""
    device = person.devices[device_number]
    rng = generator(seed, Stream.STEPS_DEVICE, person.index, ordinal, device_number)
    ts = day_start(ordinal) + np.arange(MINUTES_A_DAY) * MINUTE
    gain = device.step_gain * rng.normal(1, 0.04, MINUTES_A_DAY)
    steps = np.maximum(np.round(curve * gain), 0)
    on = worn(person, device, days, ts)
    steps[~on] = 0
    on &= np.repeat(steps.reshape(-1, 15).any(axis=1), 15)
    return Samples(ts[on], steps[on])


def _sample_times(rng: np.random.Generator, device: Device, resolution_seconds: int) -> np.ndarray:
    """Return milliseconds of a day at irregular distances of 1 to 15 seconds, ascending."""
    usual = min(15, max(1, round(resolution_seconds * device.resolution_factor)))
    spread = min(usual - 1, 15 - usual, usual // 2)
    gaps = rng.integers(usual - spread, usual + spread + 1, int(86_400 / usual * 1.05) + 50)
    times = np.cumsum(gaps)
    return (times[times < 86_400] * SECOND).astype(np.int64)
