"""series: a metric of dim_metric at a resolution -> the statement that reads it.

What is finer than a day comes from the minutes of the source that the figures of the day are from,
so that the minutes of a day add up to its figure; `raw` is what every device recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from psycopg import sql

from vitals.api.database import Row
from vitals.api.problems import Problem
from vitals.api.statements import as_part, compose, statement

Resolution = Literal["raw", "minute", "hour", "day", "week", "month"]
FINE: tuple[Resolution, ...] = ("raw", "minute", "hour")
WHOLE_DAYS: tuple[Resolution, ...] = ("day", "week", "month")
POINTS_PER_DAY = {"minute": 1440, "hour": 24, "day": 1, "week": 1 / 7, "month": 1 / 31}

_TABLES = {"day": "daily_health", "week": "weekly_health", "month": "monthly_health"}
_PERIODS = {"day": "local_date", "week": "week_start", "month": "month_start"}
# What movement_minutes holds, and the group of sources that each figure of a day follows.
_MOVEMENT = {
    "step_count": ("steps", "steps"),
    "distance": ("distance_m", "distance"),
    "floors_climbed": ("floors_climbed", "floors_climbed"),
    "calories_burned_active": ("active_energy_kcal", "active_energy"),
    "calories_burned_total": ("total_energy_kcal", "total_energy"),
}
# Samples whose days have another name in dim_metric.
_DAY_COLUMNS = {"heart_rate": "heart_rate_mean_bpm", "step_count": "steps"}
_HEART_RATES = ("heart_rate_min_bpm", "heart_rate_mean_bpm", "heart_rate_max_bpm")


@dataclass(frozen=True)
class Metric:
    """One row of the catalogue, and how it is read."""

    row: Row

    @property
    def name(self) -> str:
        """Name in dim_metric."""
        return self.row["metric"]

    @property
    def day_column(self) -> str | None:
        """Column of daily_health with the value of a day."""
        return self.row["daily_health_column"] or _DAY_COLUMNS.get(self.name)

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """At which it can be had, the finest first."""
        fine = FINE if self.name == "heart_rate" or self.name in _MOVEMENT else ()
        return fine + (WHOLE_DAYS if self.day_column else ())

    @property
    def is_sum(self) -> bool:
        """Whether values of a week or month add up."""
        return self.row["statistic"] == "sum"

    @property
    def catalogue(self) -> dict[str, Any]:
        """The entry that people see."""
        row = {key: value for key, value in self.row.items() if key != "daily_health_column"}
        return {**row, "resolutions": list(self.resolutions)}


def automatic(metric: Metric, days: float, known: Mapping[str, int], max_points: int) -> Resolution:
    """The finest resolution that gives no more than so many points.

    Args:
        metric: what is asked for.
        days: length of the range.
        known: how many points the range holds at some resolutions; `raw` is chosen only with that.
        max_points: how many points a chart can take.
    """
    for resolution in metric.resolutions:
        guess = days * POINTS_PER_DAY.get(resolution, float("inf"))
        if known.get(resolution, guess) <= max_points:
            return resolution
    return metric.resolutions[-1]


def query(metric: Metric, resolution: Resolution, is_local: bool) -> bytes:
    """The statement of a series.

    Raises:
        Problem: 422, the metric cannot be had at this resolution.
    """
    if resolution not in metric.resolutions:
        detail = f"{metric.name} can be had by {', '.join(metric.resolutions)}"
        raise Problem(422, detail, errors=[{"parameter": "resolution", "detail": detail}])
    if resolution in WHOLE_DAYS:
        return _whole_days(metric.name, metric.day_column or "", metric.is_sum, resolution)
    return _fine(metric.name, resolution, is_local)


def parameters(metric: Metric) -> Mapping[str, str]:
    """What its statements need beside participant and window."""
    return {"group": _MOVEMENT[metric.name][1]} if metric.name in _MOVEMENT else {}


@cache
def with_clocks(series: bytes, instants: tuple[str, ...]) -> bytes:
    """The same rows with the participant's wall clock and offset beside each of their instants."""
    clocks = [
        as_part(
            compose(
                "local_clock",
                instant=sql.Identifier(name),
                local=sql.Identifier("local_" + name),
                offset=sql.Identifier(name.removesuffix("time") + "utc_offset_minutes"),
            )
        )
        for name in instants
    ]
    return compose(
        "local_time",
        series=as_part(series),
        instant=sql.Identifier(instants[0]),
        clocks=sql.SQL(",\n    ").join(clocks),
    )


@cache
def _fine(name: str, resolution: Resolution, is_local: bool) -> bytes:
    family = "movement" if name in _MOVEMENT else "heart_rate"
    parts: dict[str, sql.Composable] = {}
    if family == "movement":
        parts["column"] = sql.Identifier(_MOVEMENT[name][0])
    if resolution == "hour":
        # Where zones are off by half an hour, local hours begin at half past in UTC.
        parts["hour"] = as_part(statement("local_hour" if is_local else "utc_hour"))
    series = compose(f"{family}_{resolution}", **parts)
    return with_clocks(series, ("time",)) if is_local else series


@cache
def _whole_days(name: str, column: str, is_sum: bool, resolution: Resolution) -> bytes:
    columns = {"value": column}
    if column in _HEART_RATES:
        if name == "heart_rate":
            columns |= {"min": "heart_rate_min_bpm", "max": "heart_rate_max_bpm"}
    elif resolution != "day" and is_sum:
        columns = {"value": f"{column}_total", "daily_mean": f"{column}_daily_mean"}
    elif resolution != "day":
        columns = {"value": f"{column}_daily_mean"}
    named = [
        sql.SQL("api.rounded({}) as {}").format(sql.Identifier(found), sql.Identifier(name))
        for name, found in columns.items()
    ]
    return compose(
        "period_values",
        table=sql.Identifier(_TABLES[resolution]),
        period=sql.Identifier(_PERIODS[resolution]),
        value=sql.Identifier(columns["value"]),
        columns=sql.SQL(",\n    ").join(named),
    )
