"""View -> totals of a civil day, by the definitions of the warehouse's daily table.

This is the oracle: the providers' own day totals and the warehouse's are both compared with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.heart import ZONES
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.view import View


@dataclass(frozen=True)
class DayTotals:
    """Totals of one civil day; None is not measured."""

    day: int
    minutes_known: int
    worn_minutes: int
    steps: int
    distance_mm: int
    floors: int
    active_kcal: float
    basal_kcal: float
    heart_rate_samples: int
    heart_rate_min: int | None
    heart_rate_mean: float | None
    heart_rate_max: int | None
    zone_minutes: dict[str, int]
    sleep_seconds: int | None

    @property
    def total_kcal(self) -> float:
        """Energy of activity and at rest."""
        return self.active_kcal + self.basal_kcal

    @property
    def active_zone_minutes(self) -> int:
        """See `_active`."""
        return _active(self.zone_minutes)


def day_totals(view: View, day: int) -> DayTotals:
    """Totals of what is known of a civil day."""
    table = view.minutes_of_civil_day(day)
    _, bpm = view.heart_of_civil_day(day)
    means = table.bpm_mean[~np.isnan(table.bpm_mean)]
    sleeps = view.sleeps(day, day)
    zones = {name: int((table.zone == index).sum()) for index, name in enumerate(ZONES)}
    return DayTotals(
        day=day,
        minutes_known=len(table.start),
        worn_minutes=len(means),
        steps=int(table.steps.sum()),
        distance_mm=int(table.distance_mm.sum()),
        floors=int(table.floors.sum()),
        active_kcal=float(table.active_kcal.sum()),
        basal_kcal=len(table.start) * view.account.basal_kcal_per_minute,
        heart_rate_samples=len(bpm),
        heart_rate_min=int(bpm.min()) if len(bpm) else None,
        heart_rate_mean=float(means.mean()) if len(means) else None,
        heart_rate_max=int(bpm.max()) if len(bpm) else None,
        zone_minutes=zones,
        sleep_seconds=sum(sleep.asleep_seconds for sleep in sleeps) if sleeps else None,
    )


@dataclass(frozen=True)
class ExerciseTotals:
    """What the sensors saw during an exercise."""

    steps: int
    active_kcal: float
    bpm_mean: int | None
    bpm_max: int | None
    zone_minutes: dict[str, int]

    @property
    def active_zone_minutes(self) -> int:
        """See `_active`."""
        return _active(self.zone_minutes)


def exercise_totals(view: View, exercise: Exercise) -> ExerciseTotals:
    """Totals of the minutes of an exercise."""
    days = range(exercise.start // DAY, exercise.end // DAY + 1)
    tables = [view.minutes(day) for day in days]
    parts = [
        table.where((table.start >= exercise.start) & (table.start < exercise.end))
        for table in tables
    ]
    _, bpm = view.heart_between(exercise.start, exercise.end)
    zone = np.concatenate([part.zone for part in parts])
    return ExerciseTotals(
        steps=int(sum(part.steps.sum() for part in parts)),
        active_kcal=round(float(sum(part.active_kcal.sum() for part in parts)), 1),
        bpm_mean=int(round(bpm.mean())) if len(bpm) else None,
        bpm_max=int(bpm.max()) if len(bpm) else None,
        zone_minutes={name: int((zone == index).sum()) for index, name in enumerate(ZONES)},
    )


def _active(zone_minutes: Mapping[str, int]) -> int:
    """Active zone minutes: one for a moderate minute, two for a vigorous or peak one."""
    return zone_minutes["MODERATE"] + 2 * (zone_minutes["VIGOROUS"] + zone_minutes["PEAK"])
