"""Account and UTC day -> its minutes: wear, steps, distance, floors, energy, heart-rate curve."""

from dataclasses import dataclass

import numpy as np

from vitals.simulator.truth.exercises import planned_exercises
from vitals.simulator.truth.nights import bed_time, is_worn
from vitals.simulator.truth.people import DAY, Account
from vitals.simulator.truth.zones import SLOT, slot_offsets

MINUTES = DAY // 60
# The civil hour whose records a restatement changes.
RESTATED_HOUR = 14
# Chance that a person is on foot in a minute, by local hour.
ON_FOOT = np.array([0] * 6 + [2, 10, 14, 8, 7, 9, 16, 10, 8, 8, 10, 16, 14, 10, 7, 4, 2, 1]) / 50


@dataclass(frozen=True)
class Minutes:
    """The minutes of one UTC day; every array has 1,440 values, minute 0 at 00:00 UTC."""

    start: np.ndarray
    civil_day: np.ndarray
    worn: np.ndarray
    asleep: np.ndarray
    exercising: np.ndarray
    steps: np.ndarray
    distance_mm: np.ndarray
    floors: np.ndarray
    active_kcal: np.ndarray
    heart_curve: np.ndarray
    restated: np.ndarray


def minutes_of(account: Account, day: int, revisions: dict[int, int]) -> Minutes:
    """Simulate one UTC day.

    Args:
        account: whose day.
        day: UTC day number.
        revisions: how often each civil day was restated; absent is 0.
    """
    start = day * DAY + np.arange(MINUTES) * 60
    wall = start + np.repeat(slot_offsets(account, day), SLOT // 60)
    civil_day, second = wall // DAY, wall % DAY
    draw = account.generator("minutes", day)
    asleep, exercising, effort = masks(account, day, start)
    worn = worn_minutes(account, civil_day, second)
    cadence, climbing = walking(draw, second, ~asleep & ~exercising)
    for exercise in exercises_near(account, day):
        here = (start >= exercise.start) & (start < exercise.end)
        cadence[here] = exercise.kind.steps_per_minute + (start[here] // 60 % 7)
        if exercise.kind.steps_per_minute == 0:
            cadence[here] = 0
    steps = np.where(worn, cadence, 0)
    restated = np.zeros(MINUTES, dtype=bool)
    for restated_day, revision in revisions.items():
        hour = (civil_day == restated_day) & (second // 3_600 == RESTATED_HOUR) & (revision > 0)
        steps = np.where(hour & worn, steps + 5 * revision, steps)
        restated |= hour
    curve = heart_curve(account, second, asleep, steps, effort, draw)
    return Minutes(
        start=start,
        civil_day=civil_day,
        worn=worn,
        asleep=asleep,
        exercising=exercising,
        steps=steps,
        distance_mm=steps * account.stride_mm,
        floors=np.where(worn & climbing, 1, 0),
        active_kcal=np.round(steps * 0.035 + np.where(worn, effort * 9.0, 0), 3),
        heart_curve=curve,
        restated=restated,
    )


def exercises_near(account: Account, day: int) -> list:
    """Exercises that can touch a UTC day."""
    near = (day - 1, day, day + 1)
    return [exercise for civil in near for exercise in planned_exercises(account, civil)]


def masks(
    account: Account, day: int, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which minutes are slept, which are exercised, and how hard (0 to 1)."""
    asleep = np.zeros(MINUTES, dtype=bool)
    for civil in (day - 1, day, day + 1, day + 2):
        bed = bed_time(account, civil)
        if bed:
            asleep |= (start >= bed[0]) & (start < bed[1])
    effort = np.zeros(MINUTES)
    exercising = np.zeros(MINUTES, dtype=bool)
    for exercise in exercises_near(account, day):
        here = (start >= exercise.start) & (start < exercise.end)
        exercising |= here
        ramp = np.minimum((start[here] - exercise.start) / 420, 1)
        effort[here] = exercise.kind.effort * (0.6 + 0.4 * ramp)
    return asleep, exercising, effort


def worn_minutes(account: Account, civil_day: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Worn except on some whole civil days and while the watch charges in the evening."""
    worn = np.ones(MINUTES, dtype=bool)
    for civil in np.unique(civil_day):
        draw = account.generator("charge", int(civil))
        off = draw.uniform(19.2, 20.5) * 3_600
        back = off + draw.uniform(0.3, 1.5) * 3_600
        here = civil_day == civil
        worn[here] = is_worn(account, int(civil))
        worn &= ~(here & (second >= off) & (second < back))
    return worn


def walking(
    draw: np.random.Generator, second: np.ndarray, free: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Steps of each minute outside exercises, and whether a floor is climbed in it."""
    chance, pace, climb = draw.random(MINUTES), draw.integers(8, 118, MINUTES), draw.random(MINUTES)
    on_foot = free & (chance < ON_FOOT[second // 3_600])
    return np.where(on_foot, pace, 0), on_foot & (climb < 0.06)


def heart_curve(
    account: Account,
    second: np.ndarray,
    asleep: np.ndarray,
    steps: np.ndarray,
    effort: np.ndarray,
    draw: np.random.Generator,
) -> np.ndarray:
    """Heart rate that the samples of each minute scatter around, in bpm."""
    rest, top = account.resting_bpm, 190
    daily_wave = 4 * np.sin((second / DAY - 0.3) * 2 * np.pi)
    awake = rest + 14 + daily_wave + np.minimum(steps * 0.28, 34)
    curve = np.where(asleep, rest - 1 + daily_wave / 2, awake)
    curve = np.where(effort > 0, rest + effort * (top - rest), curve)
    return np.clip(curve + draw.normal(0, 2.5, MINUTES), 38, 188)
