"""rollUp and dailyRollUp: minutes and samples -> sums and means of time windows.

Windows in which the watch was not worn are left out; a window without any steps while it was worn
has an empty value (zero is left out). Windows come in ascending order, which is not documented.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vitals.simulator.google_health.times import duration, without_zeros
from vitals.simulator.truth import View
from vitals.simulator.truth.heart import ZONES
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.view import MinuteTable

Json = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """What is known in one window."""

    view: View
    table: MinuteTable
    bpm: np.ndarray
    weights_g: list[int]
    fat_pct: list[float]

    @property
    def has_wear(self) -> bool:
        """Whether the watch was worn at all."""
        return bool(self.table.worn.any())


Read = Callable[[Window], Json | None]


def summed(name: str, column: str, as_text: bool = True) -> Read:
    """Roll-up value that is the sum of a column of minutes."""

    def read(window: Window) -> Json | None:
        if not window.has_wear:
            return None
        total = vars(window.table)[column].sum()
        value = str(int(total)) if as_text else round(float(total), 3)
        return without_zeros({name: value})

    return read


def total_calories(window: Window) -> Json | None:
    """Energy at rest of every minute, worn or not, and of activity."""
    minutes = len(window.table.start)
    if not minutes:
        return None
    basal = minutes * window.view.account.basal_kcal_per_minute
    return {"kcalSum": round(float(basal + window.table.active_kcal.sum()), 3)}


def heart_rate(window: Window) -> Json | None:
    """Mean, lowest and highest sample."""
    if not len(window.bpm):
        return None
    return {
        "beatsPerMinuteAvg": float(window.bpm.mean()),
        "beatsPerMinuteMin": float(window.bpm.min()),
        "beatsPerMinuteMax": float(window.bpm.max()),
    }


def zone_counts(window: Window) -> dict[str, int]:
    """Minutes per zone."""
    zones = window.table.zone
    return {name: int((zones == index).sum()) for index, name in enumerate(ZONES)}


def active_zone_minutes(window: Window) -> Json | None:
    """Zone minutes; one for fat burn, two for cardio and peak."""
    if not window.has_wear:
        return None
    counts = zone_counts(window)
    sums = {
        "sumInFatBurnHeartZone": str(counts["MODERATE"]),
        "sumInCardioHeartZone": str(2 * counts["VIGOROUS"]),
        "sumInPeakHeartZone": str(2 * counts["PEAK"]),
    }
    return without_zeros(sums)


def time_in_zone(window: Window) -> Json | None:
    """Time in each zone that occurred."""
    if not window.has_wear:
        return None
    counts = zone_counts(window)
    return {
        "timeInHeartRateZones": [
            {"heartRateZone": zone, "duration": duration(minutes * 60)}
            for zone, minutes in counts.items()
            if minutes
        ]
    }


def calories_in_zone(window: Window) -> Json | None:
    """Energy of activity in each zone that occurred."""
    if not window.has_wear:
        return None
    zones = window.table.zone
    found = []
    for index, zone in enumerate(ZONES):
        if (zones == index).any():
            kcal = float(window.table.active_kcal[zones == index].sum())
            found.append(without_zeros({"heartRateZone": zone, "kcal": round(kcal, 3)}))
    return {"caloriesInHeartRateZones": found}


def active_minutes(window: Window) -> Json | None:
    """Minutes with movement, by level."""
    if not window.has_wear:
        return None
    zones = window.table.zone[(window.table.steps > 0) & (window.table.zone >= 0)]
    counts = {
        "LIGHT": int((zones == 0).sum()),
        "MODERATE": int((zones == 1).sum()),
        "VIGOROUS": int((zones >= 2).sum()),
    }
    return {
        "activeMinutesRollupByActivityLevel": [
            {"activityLevel": level, "activeMinutesSum": str(count)}
            for level, count in counts.items()
            if count
        ]
    }


def weight(window: Window) -> Json | None:
    """Mean weight."""
    return {"weightGramsAvg": float(np.mean(window.weights_g))} if window.weights_g else None


def body_fat(window: Window) -> Json | None:
    """Mean body fat."""
    return {"bodyFatPercentageAvg": float(np.mean(window.fat_pct))} if window.fat_pct else None


def resting_range(window: Window) -> Json | None:
    """The personal range of the resting heart rate: not its value of the day."""
    rest = window.view.account.resting_bpm
    if not window.has_wear:
        return None
    return {"beatsPerMinuteMin": float(rest - 5), "beatsPerMinuteMax": float(rest + 5)}


# Data type -> (key of the value, how to compute it).
READERS: dict[str, tuple[str, Read]] = {
    "steps": ("steps", summed("countSum", "steps")),
    "distance": ("distance", summed("millimetersSum", "distance_mm")),
    "floors": ("floors", summed("countSum", "floors")),
    "active-energy-burned": ("activeEnergyBurned", summed("kcalSum", "active_kcal", False)),
    "total-calories": ("totalCalories", total_calories),
    "calories-in-heart-rate-zone": ("caloriesInHeartRateZone", calories_in_zone),
    "active-minutes": ("activeMinutes", active_minutes),
    "active-zone-minutes": ("activeZoneMinutes", active_zone_minutes),
    "time-in-heart-rate-zone": ("timeInHeartRateZone", time_in_zone),
    "heart-rate": ("heartRate", heart_rate),
    "weight": ("weight", weight),
    "body-fat": ("bodyFat", body_fat),
    "daily-resting-heart-rate": ("restingHeartRatePersonalRange", resting_range),
}


def physical_window(view: View, start: int, end: int) -> Window:
    """What is known in [start, end) of physical time."""
    tables = [view.minutes(day) for day in range(start // DAY, (end - 1) // DAY + 1)]
    parts = [table.where((table.start >= start) & (table.start < end)) for table in tables]
    columns = {
        name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])
    }
    _, bpm = view.heart_between(start, end)
    weighings = view.weighings(start // DAY - 1, end // DAY + 1)
    here = [one for one in weighings if start <= one.at < end]
    return make_window(view, MinuteTable(**columns), bpm, here)


def civil_window(view: View, first: int, last: int) -> Window:
    """What is known on the civil days `first` to `last`, both included."""
    samples = [view.heart_of_civil_day(day)[1] for day in range(first, last + 1)]
    weighings = view.weighings(first, last)
    return make_window(view, view.minutes_between(first, last), np.concatenate(samples), weighings)


def make_window(view: View, table: MinuteTable, bpm: np.ndarray, weighings: list) -> Window:
    """Put a window together."""
    return Window(
        view,
        table,
        bpm,
        [one.weight_g for one in weighings],
        [one.body_fat_pct for one in weighings],
    )
