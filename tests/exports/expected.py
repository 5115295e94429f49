"""Truth of a day -> columns of agg.daily_health, given what each format carries."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from vitals.simulator.truth import View
from vitals.simulator.truth.nights import Sleep
from vitals.simulator.truth.people import to_date
from vitals.simulator.truth.totals import DayTotals, day_totals
from vitals.simulator.truth.zones import slots_of_civil_day, zone_at

Values = dict[str, Any]
Column = Callable[[View, DayTotals], Values]

ZONES = {"light": "LIGHT", "moderate": "MODERATE", "vigorous": "VIGOROUS", "peak": "PEAK"}
_MEASURES = {
    "resting_heart_rate_bpm": "resting_bpm",
    "hrv_rmssd_ms": "hrv_rmssd_ms",
    "spo2_mean_pct": "spo2_mean_pct",
    "respiratory_rate_per_min": "breaths_per_minute",
    "vo2_max_ml_per_kg_min": "vo2_max",
}


def expected(view: View, days: Iterable[int], *columns: Column) -> dict[str, Values]:
    """Rows by local date."""
    found = {}
    for day in days:
        totals = day_totals(view, day)
        values = [column(view, totals) for column in columns]
        found[str(to_date(day))] = {name: one[name] for one in values for name in one}
    return found


def steps(view: View, totals: DayTotals) -> Values:
    """Steps of days of which anything is known."""
    return {"steps": totals.steps if totals.minutes_known else None}


def distance(view: View, totals: DayTotals) -> Values:
    """Metres."""
    return {"distance_m": totals.distance_mm / 1_000}


def floors(view: View, totals: DayTotals) -> Values:
    """Floors climbed."""
    return {"floors_climbed": totals.floors}


def active_energy(view: View, totals: DayTotals) -> Values:
    """Energy of activity."""
    return {"active_energy_kcal": totals.active_kcal}


def total_energy(view: View, totals: DayTotals) -> Values:
    """Energy of activity and at rest."""
    return {"total_energy_kcal": totals.total_kcal}


def heart(view: View, totals: DayTotals) -> Values:
    """Heart rate of the whole day, and how long the watch was worn."""
    zones = {f"hr_zone_{ours}_minutes": totals.zone_minutes[name] for ours, name in ZONES.items()}
    return {
        "heart_rate_samples": totals.heart_rate_samples or None,
        "heart_rate_min_bpm": totals.heart_rate_min,
        "heart_rate_max_bpm": totals.heart_rate_max,
        "heart_rate_mean_bpm": totals.heart_rate_mean,
        "wear_minutes": totals.worn_minutes or None,
        "is_valid_day": totals.worn_minutes >= 600,
        **(zones if totals.worn_minutes else {}),
    }


def heart_in_exercises(view: View, totals: DayTotals) -> Values:
    """Heart rate of a format that has recordings of activities and nothing else."""
    spans = [(one.start, one.end) for one in view.exercises(totals.day, totals.day)]
    at, bpm = _heart(view, spans)
    means = _minute_means(at, bpm)
    return {
        "heart_rate_samples": len(bpm) or None,
        "heart_rate_min_bpm": bpm.min() if len(bpm) else None,
        "heart_rate_max_bpm": bpm.max() if len(bpm) else None,
        "heart_rate_mean_bpm": means.mean() if len(means) else None,
        "wear_minutes": len(means) or None,
    }


def heart_in_sleep(since: int) -> Column:
    """Of the minutes that begin within a sleep.

    Args:
        since: the first day with heart rates; the night before it has begun without them.
    """

    def of_day(view: View, totals: DayTotals) -> Values:
        first = min(start for start, _ in slots_of_civil_day(view.account, since))
        spans = [
            (max(-(-one.start // 60) * 60, first), -(-one.end // 60) * 60)
            for one in view.sleeps(totals.day, totals.day)
        ]
        means = _minute_means(*_heart(view, spans))
        return {"sleep_heart_rate_mean_bpm": means.mean() if len(means) else None}

    return of_day


def activities(view: View, totals: DayTotals) -> Values:
    """Activities that began on the day."""
    found = view.exercises(totals.day, totals.day)
    minutes = sum(one.end - one.start for one in found) / 60
    return {"activity_count": len(found) or None, "activity_minutes": minutes or None}


def measures(*names: str) -> Column:
    """Values that are stated once a day."""

    def of_day(view: View, totals: DayTotals) -> Values:
        one = view.measures(totals.day)
        return {name: getattr(one, _MEASURES[name]) if one else None for name in names}

    return of_day


ALL_MEASURES = measures(*_MEASURES)


def weight(view: View, totals: DayTotals) -> Values:
    """The last weighing."""
    weighings = view.weighings(totals.day, totals.day)
    return {"weight_kg": weighings[-1].weight_g / 1_000 if weighings else None}


def time_zone(view: View, totals: DayTotals) -> Values:
    """The zone at the last minute of which anything is known."""
    starts = view.minutes_of_civil_day(totals.day).start
    return {"timezone": zone_at(view.account, int(starts[-1]))} if len(starts) else {}


def sleep(counts_short: bool = False, stages: str = "all") -> Column:
    """Sleeps that ended on the day.

    Args:
        counts_short: whether short awakenings on top of the stages count as awake, as at Fitbit.
        stages: of which sleeps the format tells them: "all", "staged" or "none"; else the whole
            time in bed counts as asleep.
    """

    def of_day(view: View, totals: DayTotals) -> Values:
        nights = view.sleeps(totals.day, totals.day)
        in_bed = _sum(one.end - one.start for one in nights)
        if stages == "none":
            return {"sleep_sessions": len(nights) or None, "sleep_minutes": in_bed}
        told = [one for one in nights if stages == "all" or one.kind == "stages"]
        parts = [_seconds(one, counts_short) for one in told]
        minutes: Values = {
            f"sleep_{level}_minutes": _sum(part[level] for part in parts)
            for level in ("deep", "light", "rem", "awake")
        }
        in_stages = _sum(one.end - one.start for one in told)
        awake = minutes["sleep_awake_minutes"]
        return {
            "sleep_sessions": len(nights) or None,
            "sleep_minutes": None if in_bed is None else in_bed - (awake or 0),
            "sleep_efficiency_pct": 100 * (in_stages - awake) / in_stages if told else None,
            **minutes,
        }

    return of_day


def _seconds(one: Sleep, counts_short: bool) -> dict[str, int | None]:
    """Seconds by stage; awake goes before the others."""
    awake = one.level_seconds("awake") + one.level_seconds("restless")
    if one.kind == "classic":
        return {"deep": None, "light": None, "rem": None, "awake": awake}
    found: dict[str, int | None] = {}
    for level in ("deep", "light", "rem"):
        found[level] = one.level_seconds(level)
        if counts_short:
            found[level] -= sum(
                short.seconds
                for short in one.short_awakenings
                for stage in one.stages
                if stage.level == level and stage.start <= short.start < stage.end
            )
    return found | {"awake": awake + (one.short_awake_seconds if counts_short else 0)}


def _sum(seconds: Iterable[int | None]) -> float | None:
    """In minutes; None if nothing is known."""
    known = [one for one in seconds if one is not None]
    return sum(known) / 60 if known else None


def _heart(view: View, spans: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    empty = np.array([], dtype=np.int64)
    parts = [(empty, empty), *(view.heart_between(*span) for span in spans)]
    return np.concatenate([at for at, _ in parts]), np.concatenate([bpm for _, bpm in parts])


def _minute_means(at: np.ndarray, bpm: np.ndarray) -> np.ndarray:
    _, where = np.unique(at // 60, return_inverse=True)
    return np.bincount(where, weights=bpm) / np.bincount(where) if len(bpm) else bpm


def wrong_values(rows: dict[str, Values], wanted: dict[str, Values]) -> list[tuple]:
    """Every column of every day that is not as it should be; 0 is as good as nothing."""
    wrong = []
    for day, values in wanted.items():
        for name, value in values.items():
            found = rows.get(day, {}).get(name)
            if (value is None and not found) or found == value:
                continue
            if not isinstance(found, int | float) or not _is_near(found, value):
                wrong.append((day, name, found, value))
    return wrong


def _is_near(found: float, value: Any) -> bool:
    return value is not None and abs(found - value) <= 1e-6 * max(1, abs(value))
