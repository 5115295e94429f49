"""Minutes -> heart-rate samples, minute means and zones.

Samples come irregularly, as from a wrist sensor: one in each interval of the set length at a
random second, and one every 5 seconds during exercises.
"""

from dataclasses import dataclass

import numpy as np

from vitals.simulator.truth.minutes import MINUTES, Minutes
from vitals.simulator.truth.people import Account

EXERCISE_INTERVAL = 5
ZONES = ("LIGHT", "MODERATE", "VIGOROUS", "PEAK")
# Lower bounds of the zones moderate, vigorous and peak as percentages of the maximum heart rate.
ZONE_PERCENT = (50, 70, 85)


@dataclass(frozen=True)
class HeartDay:
    """Heart rate of one UTC day."""

    at: np.ndarray
    """Epoch second of each sample, ascending."""
    bpm: np.ndarray
    minute_mean: np.ndarray
    """Mean of the samples of each of the 1,440 minutes; NaN without any."""
    zone: np.ndarray
    """Index into ZONES of each minute; -1 without samples."""


def heart_of(account: Account, day: int, minutes: Minutes, interval: int) -> HeartDay:
    """Sample one UTC day.

    Args:
        account: whose day.
        day: UTC day number.
        minutes: the minutes of that day.
        interval: seconds between samples outside exercises, a divisor of 60.
    """
    draw = account.generator("heart", day)
    quiet = sample_times(draw, minutes, minutes.worn & ~minutes.exercising, interval)
    active = sample_times(
        draw, minutes, minutes.worn & minutes.exercising, min(interval, EXERCISE_INTERVAL)
    )
    at = np.sort(np.concatenate([quiet, active]))
    minute = at // 60 % MINUTES
    noise = draw.normal(0, 1.5, len(at))
    restated = np.where(minutes.restated[minute], 3, 0)
    bpm = np.rint(minutes.heart_curve[minute] + noise).astype(np.int64) + restated
    counts = np.bincount(minute, minlength=MINUTES)
    sums = np.bincount(minute, weights=bpm, minlength=MINUTES)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = sums / counts
    return HeartDay(at, bpm, mean, zones(account, minutes.civil_day, sums, counts))


def sample_times(
    draw: np.random.Generator, minutes: Minutes, wanted: np.ndarray, interval: int
) -> np.ndarray:
    """One instant in every `interval` seconds of the wanted minutes."""
    starts = minutes.start[wanted]
    within = np.arange(0, 60, interval)
    instants = (starts[:, None] + within[None, :]).ravel()
    return instants + draw.integers(0, interval, len(instants))


def zones(
    account: Account, civil_day: np.ndarray, sums: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """Zone of each minute by its mean, half-open: moderate starts at exactly 50 %."""
    top = np.array([account.max_bpm(int(day)) for day in np.unique(civil_day)])
    maximum = top[np.searchsorted(np.unique(civil_day), civil_day)]
    zone = np.zeros(len(sums), dtype=np.int64)
    for percent in ZONE_PERCENT:
        zone += sums * 100 >= maximum * percent * counts
    return np.where(counts > 0, zone, -1)


def zone_bounds(account: Account, day: int) -> list[tuple[str, int, int]]:
    """(zone, lowest, highest bpm) of a civil day as providers publish them, in whole beats."""
    top = account.max_bpm(day)
    lows = [30, *(-(-top * percent // 100) for percent in ZONE_PERCENT)]
    highs = [*(low - 1 for low in lows[1:]), top]
    return list(zip(ZONES, lows, highs, strict=True))
