"""Values that the classic export states once a day: resting heart rate and VO2 max.

Days without a value are written as 0 or with a null date, also far into the future.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.json_records import records
from vitals.sources.account_exports.shapes import DAILY_VALUES, Rows
from vitals.sources.account_exports.times import MICROS, parse_times


@dataclass(frozen=True)
class DailyValue:
    """Where in a record the value of a day stands, and what it is.

    Attributes:
        metric: in words of dim_metric.
        fields: names of the value inside `value`; the first one that is there counts.
        low: smallest value that can be right.
        high: largest one.
    """

    metric: str
    fields: tuple[str, ...]
    low: float
    high: float


RESTING_HEART_RATE = DailyValue("resting_heart_rate", ("value",), 25, 150)
VO2_MAX = DailyValue("vo2_max", ("filteredDemographicVO2Max", "demographicVO2Max"), 10, 100)


def read(file: ExportFile, context: Context, kind: DailyValue) -> Iterator[Rows]:
    """The days of one file that have a value."""
    rows, found = Rows(DAILY_VALUES), []
    with file.open() as content:
        items = list(records(content, file.size))
    for position, item in enumerate(items):
        day, value = _day_and_value(item, kind)
        if not value and isinstance(item, dict):
            rows.without_value += 1
        elif day is None or value is None or not kind.low <= value <= kind.high:
            reason = f"a day needs a date and a value of {kind.low:g} to {kind.high:g}"
            rows.rejected.append(reject(f"{file.path}#{position}", item, reason))
        else:
            found.append({"local_date": day, "metric": kind.metric, "value": value})
    rows.table = pa.Table.from_pylist(found, schema=DAILY_VALUES.columns)
    yield rows


def _day_and_value(item: Any, kind: DailyValue) -> tuple[date | None, float | None]:
    if not isinstance(item, dict) or not isinstance(item.get("value"), dict):
        return None, None
    inner = item["value"]
    stated = next((inner[name] for name in kind.fields if inner.get(name) is not None), None)
    if "date" in inner and inner["date"] is None:
        stated = None
    try:
        value = float(stated) if stated is not None else None
    except (TypeError, ValueError):
        return None, float("nan")
    times = parse_times(pa.array([inner.get("date") or item.get("dateTime")], pa.string()))
    if not times.is_valid[0]:
        return None, value
    return date(1970, 1, 1) + timedelta(days=int(times.micros[0] // MICROS // 86_400)), value
