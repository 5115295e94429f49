"""Workouts with the statistics that lie inside them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from vitals.sources.account_exports.apple import types
from vitals.sources.account_exports.context import reject
from vitals.sources.account_exports.shapes import ACTIVITIES, Rows
from vitals.sources.account_exports.times import MICROS, parse_times, to_datetime
from vitals.sources.rejected import to_json


class Workouts:
    """Gathers the workouts of one export; there are some thousands at most."""

    def __init__(self, path: str, device: Callable[[str], str]) -> None:
        self._path, self._device = path, device
        self._open: dict[str, Any] | None = None
        self._found: list[dict[str, Any]] = []

    def begin(self, attributes: dict[str, str]) -> None:
        """A workout begins."""
        self._open = {**attributes, "statistics": []}

    def add(self, attributes: dict[str, str]) -> None:
        """A statistic of the workout that is open."""
        if self._open is not None:
            self._open["statistics"].append(attributes)

    def end(self) -> None:
        """The workout ends."""
        if self._open is not None:
            self._found.append(self._open)
        self._open = None

    def rows(self, codes: Mapping[str, str]) -> Iterator[Rows]:
        """The workouts of each device."""
        by_source: dict[str, list[dict[str, Any]]] = {}
        for one in self._found:
            by_source.setdefault(one.get("sourceName", ""), []).append(one)
        for source, workouts in by_source.items():
            yield self._of_source(workouts, self._device(source), codes)

    def _of_source(
        self, workouts: list[dict[str, Any]], device: str, codes: Mapping[str, str]
    ) -> Rows:
        rows, found = Rows(ACTIVITIES, device=device), []
        starts = parse_times(pa.array([one.get("startDate") for one in workouts], pa.string()))
        ends = parse_times(pa.array([one.get("endDate") for one in workouts], pa.string()))
        for at, one in enumerate(workouts):
            is_good = starts.is_valid[at] and ends.is_valid[at] and starts.is_utc[at]
            if not is_good or ends.micros[at] < starts.micros[at]:
                where = f"{self._path}#workout/{one.get('startDate')}"
                reason = "a workout needs a start and a later end, both with an offset"
                rows.rejected.append(reject(where, one, reason))
                continue
            start, offset = int(starts.micros[at]), int(starts.offset_seconds[at])
            name = one.get("workoutActivityType", "")
            found.append(
                {
                    "activity_id": f"{to_datetime(start).isoformat()}/{name}",
                    "local_date": to_datetime(start + offset * MICROS).date(),
                    "start_ts": to_datetime(start),
                    "end_ts": to_datetime(int(ends.micros[at])),
                    "activity_type": codes.get(name, "other"),
                    "activity_name": name.removeprefix("HKWorkoutActivityType") or None,
                    "extra": to_json({"duration": one.get("duration")}),
                    **_figures(one),
                }
            )
        rows.table = pa.Table.from_pylist(found, schema=ACTIVITIES.columns)
        return rows


def _figures(workout: dict[str, Any]) -> dict[str, Any]:
    """Distance, energy and heart rate; older exports have them as attributes of the workout."""
    found: dict[str, Any] = {
        "distance_m": _converted(workout, "totalDistance", types.METRES),
        "energy_kcal": _converted(workout, "totalEnergyBurned", types.KILOCALORIES),
    }
    for item in workout["statistics"]:
        kind = item.get("type")
        if kind in types.DISTANCES:
            found["distance_m"] = _statistic(item, "sum", types.METRES)
        elif kind == types.ENERGY:
            found["energy_kcal"] = _statistic(item, "sum", types.KILOCALORIES)
        elif kind == types.STEPS:
            steps = _statistic(item, "sum", {"count": 1.0})
            found["steps"] = None if steps is None else int(steps)
        elif kind == types.HEART_RATE:
            found["heart_rate_mean_bpm"] = _statistic(item, "average", {"count/min": 1.0})
            found["heart_rate_max_bpm"] = _statistic(item, "maximum", {"count/min": 1.0})
    return found


def _converted(item: dict[str, Any], name: str, units: types.Units) -> float | None:
    return _product(item.get(name), units.get(item.get(f"{name}Unit", "")))


def _statistic(item: dict[str, Any], name: str, units: types.Units) -> float | None:
    return _product(item.get(name), units.get(item.get("unit", "")))


def _product(text: str | None, factor: float | None) -> float | None:
    try:
        return round(float(text) * factor, 6) if text and factor else None
    except ValueError:
        return None
