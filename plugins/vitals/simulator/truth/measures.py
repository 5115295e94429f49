"""Account and civil day -> resting heart rate, HRV, SpO2, breathing, temperature, weight."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vitals.simulator.truth.nights import Sleep, is_worn
from vitals.simulator.truth.people import Account, to_day
from vitals.simulator.truth.zones import instant_of

# Providers publish no temperature baseline before this many days of membership.
BASELINE_DAYS = 30


@dataclass(frozen=True)
class DayMeasures:
    """Values that a provider states once for a civil day; None is not measured."""

    resting_bpm: int | None
    hrv_rmssd_ms: float | None
    hrv_deep_rmssd_ms: float | None
    sleeping_bpm: int | None
    entropy: float | None
    spo2_mean_pct: float | None
    spo2_low_pct: float | None
    spo2_high_pct: float | None
    breaths_per_minute: float | None
    temperature_c: float | None
    temperature_baseline_c: float | None
    vo2_max: float | None


@dataclass(frozen=True)
class Weighing:
    """One weighing."""

    at: int
    number: int
    weight_g: int
    body_fat_pct: float


@dataclass(frozen=True)
class NightSamples:
    """Samples of one main sleep: HRV every 5 minutes, SpO2 every minute."""

    hrv_at: np.ndarray
    hrv_rmssd_ms: np.ndarray
    spo2_at: np.ndarray
    spo2_pct: np.ndarray


def day_measures(account: Account, day: int, night: Sleep | None, revision: int) -> DayMeasures:
    """Daily values of a civil day; those measured in sleep need a recorded main sleep."""
    draw = account.generator("daily", day)
    scatter = draw.normal(0, 1, 8).tolist()
    worn = is_worn(account, day)
    resting = account.resting_bpm + round(scatter[0] * 1.5) + revision
    vo2_max = round(52 - (account.resting_bpm - 48) * 0.4 + day % 90 / 90, 1)
    if night is None:
        nothing = (None,) * 10
        return DayMeasures(resting if worn else None, *nothing, vo2_max if worn else None)
    samples = night_samples(account, night)
    joined_for = day - to_day(account.member_since)
    temperature = round(33.6 + account.number % 5 * 0.2 + scatter[1] * 0.25, 2)
    return DayMeasures(
        resting_bpm=resting,
        hrv_rmssd_ms=round(float(samples.hrv_rmssd_ms.mean()) + revision, 1),
        hrv_deep_rmssd_ms=round(float(samples.hrv_rmssd_ms.mean()) * 0.92, 1),
        sleeping_bpm=account.resting_bpm - 2,
        entropy=round(2.6 + scatter[2] * 0.1, 3),
        spo2_mean_pct=round(float(samples.spo2_pct.mean()), 1),
        spo2_low_pct=float(samples.spo2_pct.min()),
        spo2_high_pct=float(samples.spo2_pct.max()),
        breaths_per_minute=round(14.5 + account.number % 4 * 0.6 + scatter[3] * 0.4, 1),
        temperature_c=temperature,
        temperature_baseline_c=33.6 if joined_for >= BASELINE_DAYS else None,
        vo2_max=vo2_max,
    )


@lru_cache(maxsize=1_024)
def night_samples(account: Account, night: Sleep) -> NightSamples:
    """HRV and SpO2 samples of a main sleep."""
    draw = account.generator("night_hrv", night.day)
    hrv_at = np.arange(-(-night.start // 300) * 300, night.end, 300)
    level = 70 - account.resting_bpm * 0.45 + draw.normal(0, 4)
    rmssd = np.round(np.clip(level + draw.normal(0, 7, len(hrv_at)), 5, 180), 1)
    spo2_at = np.arange(-(-night.start // 60) * 60, night.end, 60)
    spo2_at = spo2_at[draw.random(len(spo2_at)) < 0.9]
    spo2 = np.round(np.clip(draw.normal(95.8, 1.1, len(spo2_at)), 86, 100), 1)
    return NightSamples(hrv_at, rmssd, spo2_at, spo2)


def weighings_of(account: Account, day: int, revision: int) -> tuple[Weighing, ...]:
    """Weighings of a civil day: about every third morning for those who own a scale.

    A restatement corrects the weight.
    """
    if not account.has_scale:
        return ()
    draw = account.generator("scale", day)
    if draw.random() > 0.35:
        return ()
    at = instant_of(account, day, int(7.4 * 3_600 + draw.integers(0, 1_800)))
    if at is None:
        return ()
    slow = 1_500 * np.sin(day / 60)
    grams = int(round((account.weight_g + slow + draw.normal(0, 300)) / 100) * 100) + 400 * revision
    fat = round(18 + account.number % 7 + draw.normal(0, 0.4), 1)
    return (Weighing(at, account.number * 10_000_000 + day * 100 + 50, grams, fat),)
