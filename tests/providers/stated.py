"""Truth of a day -> what agg should say of it, given what each provider can state.

The providers round in their own ways, and none of them states everything; these rules are theirs.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from vitals.simulator.truth.people import to_date
from vitals.simulator.truth.totals import DayTotals, day_totals
from vitals.simulator.truth.view import View
from vitals.simulator.truth.zones import slots_of_civil_day, zone_at

Values = dict[str, Any]
# Stands for a value that the provider's data does not decide.
ANYTHING = -1
BY_MINUTE = ("heart_rate_mean_bpm", "wear_minutes")


def stated_days(provider: str, view: View, days: range) -> list[Values]:
    """Rows of agg.daily_health, with the columns that the provider's data decides."""
    participant = {"participant_id": view.account.participant_id}
    return [
        {**participant, "local_date": to_date(day), **_BY_PROVIDER[provider](view, totals)}
        for day in days
        if (totals := day_totals(view, day)).minutes_known or totals.sleep_seconds
    ]


def _google_health(view: View, totals: DayTotals) -> Values:
    """Everything to the minute; movement only of days on which the watch was worn."""
    worn = totals.worn_minutes > 0
    return {
        "steps": totals.steps if worn else None,
        "distance_m": totals.distance_mm / 1_000 if worn else None,
        "floors_climbed": float(totals.floors) if worn else None,
        "active_energy_kcal": totals.active_kcal if worn else None,
        "total_energy_kcal": round(totals.total_kcal, 3),
        "sleep_minutes": _minutes(totals.sleep_seconds),
        **_heart(view, totals),
        **_measures(view, totals.day),
    }


def _fitbit(view: View, totals: DayTotals) -> Values:
    """A zero says nothing, distances are rounded by the minute, and short awakenings count.

    Fitbit tells the wall-clock time and the zone of the present, not of the past: where a journey
    shows the same hours twice, their minutes fall together.
    """
    table = view.minutes_of_civil_day(totals.day)
    metres = sum(round(value / 1_000_000, 5) for value in table.distance_mm.tolist()) * 1_000
    awake = sum(sleep.short_awake_seconds for sleep in view.sleeps(totals.day, totals.day))
    asleep = None if totals.sleep_seconds is None else totals.sleep_seconds - awake
    measures = _measures(view, totals.day)
    fitness = measures["vo2_max_ml_per_kg_min"]
    journey = is_journey(view, totals.day)
    return {
        "steps": totals.steps or None,
        "distance_m": metres or None,
        "floors_climbed": float(totals.floors) or None,
        "active_energy_kcal": float(round(totals.active_kcal)) or None,
        "total_energy_kcal": totals.total_kcal,
        "sleep_minutes": _minutes(asleep),
        **(_heart(view, totals) | (dict.fromkeys(BY_MINUTE, ANYTHING) if journey else {})),
        **measures,
        # A range of 4 around the whole number, of which the middle is taken.
        "vo2_max_ml_per_kg_min": None if fitness is None else float(int(fitness)),
    }


def _garmin(view: View, totals: DayTotals) -> Values:
    """Whole metres and kilocalories, and the main sleep alone."""
    worn = totals.worn_minutes > 0
    main = [one for one in view.sleeps(totals.day, totals.day) if one.is_main]
    return {
        "steps": totals.steps if worn else None,
        "distance_m": float(totals.distance_mm // 1_000) if worn else None,
        "floors_climbed": float(totals.floors) if worn else None,
        "active_energy_kcal": float(round(totals.active_kcal)) if worn else None,
        "total_energy_kcal": float(round(totals.total_kcal)),
        "sleep_minutes": _minutes(main[0].asleep_seconds if main else None),
        **_measures(view, totals.day),
    }


_BY_PROVIDER: dict[str, Callable[[View, DayTotals], Values]] = {
    "google_health": _google_health,
    "fitbit": _fitbit,
    "garmin": _garmin,
}


def _heart(view: View, totals: DayTotals) -> Values:
    """Of the samples: the last one before a sync counts, although its minute is not over."""
    at, bpm = view.heart_of_civil_day(totals.day)
    minutes, where = np.unique(at // 60, return_inverse=True)
    means = np.bincount(where, weights=bpm) / np.bincount(where) if len(bpm) else bpm
    return {
        "heart_rate_samples": totals.heart_rate_samples or None,
        "heart_rate_min_bpm": totals.heart_rate_min,
        "heart_rate_mean_bpm": float(means.mean()) if len(means) else None,
        "heart_rate_max_bpm": totals.heart_rate_max,
        "wear_minutes": len(minutes) or None,
    }


def is_journey(view: View, day: int) -> bool:
    """Whether the person changes the time zone on a civil day."""
    zones = {zone_at(view.account, start) for start, _ in slots_of_civil_day(view.account, day)}
    return len(zones) > 1


def _measures(view: View, day: int) -> Values:
    """What is stated once a day."""
    measures, weighings = view.measures(day), view.weighings(day, day)
    return {
        "resting_heart_rate_bpm": measures.resting_bpm if measures else None,
        "respiratory_rate_per_min": measures.breaths_per_minute if measures else None,
        "vo2_max_ml_per_kg_min": measures.vo2_max if measures else None,
        "weight_kg": weighings[-1].weight_g / 1_000 if weighings else None,
    }


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60
