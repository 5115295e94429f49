"""JSON files of Garmin's account export: days, nights and activities; recordings are FIT files.

Instants are UTC without saying so, in text or in milliseconds; `calendarDate` is the local day, of
a night the one on which it ended. A value below 0, and a heart rate of 0, is how Garmin says that
there is none. Distances of activities are in centimetres.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.json_records import records
from vitals.sources.account_exports.shapes import ACTIVITIES, DAILY_VALUES, SLEEPS, Rows, Shape
from vitals.sources.rejected import to_json

BATCH = 5_000
_FLOOR_M = 3.048

Record = dict[str, Any]
Found = tuple[list[Record], int]

_TYPES = {
    "running": "running", "street_running": "running", "track_running": "running",
    "trail_running": "trail_running", "treadmill_running": "treadmill_running",
    "indoor_running": "treadmill_running", "virtual_run": "treadmill_running",
    "cycling": "cycling", "road_biking": "cycling", "gravel_cycling": "cycling",
    "mountain_biking": "mountain_biking", "indoor_cycling": "indoor_cycling",
    "virtual_ride": "indoor_cycling", "walking": "walking", "casual_walking": "walking",
    "speed_walking": "walking", "hiking": "hiking", "lap_swimming": "swimming",
    "swimming": "swimming", "open_water_swimming": "open_water_swimming", "rowing": "rowing",
    "rowing_v2": "rowing", "indoor_rowing": "indoor_rowing", "kayaking": "kayaking",
    "cross_country_skiing": "cross_country_skiing",
    "cross_country_skiing_ws": "cross_country_skiing", "skate_skiing_ws": "cross_country_skiing",
    "resort_skiing_snowboarding": "alpine_skiing", "resort_skiing": "alpine_skiing",
    "skating_ws": "skating", "inline_skating": "skating", "strength_training": "strength_training",
    "hiit": "interval_training", "elliptical": "elliptical", "stair_climbing": "stair_climbing",
    "yoga": "yoga", "pilates": "pilates", "breathwork": "meditation", "meditation": "meditation",
    "dance": "dancing", "rock_climbing": "climbing", "bouldering": "climbing",
    "indoor_climbing": "climbing", "soccer": "ball_game", "basketball": "ball_game",
    "volleyball": "ball_game", "tennis": "racket_sport", "tennis_v2": "racket_sport",
    "badminton": "racket_sport", "squash": "racket_sport", "padel": "racket_sport", "golf": "golf",
}  # fmt: skip


def read_days(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Daily summaries (UDSFile)."""
    return _read(file, DAILY_VALUES, _day, "a day needs calendarDate")


def read_status(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Nightly values (healthStatusData)."""
    return _read(file, DAILY_VALUES, _status, "a night needs calendarDate and metrics")


def read_vo2_max(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Estimated VO2 max (MetricsMaxMetData)."""
    return _read(file, DAILY_VALUES, _vo2_max, "needs calendarDate and vo2MaxValue")


def read_sleeps(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Nights; how long each stage was, but not when, which recordings tell."""
    return _read(file, SLEEPS, _sleep, "a sleep needs its start and a later end, both in UTC")


def read_activities(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Summaries of activities."""

    def activity(one: Record) -> Found:
        return _activity(one, context)

    path = "item.summarizedActivitiesExport.item"
    reason = "an activity needs activityId, beginTimestamp and duration"
    return _read(file, ACTIVITIES, activity, reason, path)


def _read(
    file: ExportFile,
    shape: Shape,
    convert: Callable[[Record], Found],
    reason: str,
    path: str = "item",
) -> Iterator[Rows]:
    rows, found = Rows(shape), []
    with file.open() as content:
        for position, one in enumerate(records(content, file.size, path)):
            try:
                made, without_value = convert(one)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                rows.rejected.append(reject(f"{file.path}#{position}", one, reason))
                continue
            rows.without_value += without_value
            found += made
            if len(found) >= BATCH:
                rows.table = pa.Table.from_pylist(found, schema=shape.columns)
                yield rows
                rows, found = Rows(shape), []
    rows.table = pa.Table.from_pylist(found, schema=shape.columns)
    yield rows


_DAY_FIELDS = (
    ("totalSteps", "step_count_daily", 1.0, 0),
    ("totalDistanceMeters", "distance", 1.0, 0),
    ("totalKilocalories", "calories_burned_total", 1.0, 0),
    ("activeKilocalories", "calories_burned_active", 1.0, 0),
    ("floorsAscendedInMeters", "floors_climbed", 1 / _FLOOR_M, 0),
    ("restingHeartRate", "resting_heart_rate", 1.0, 25),
    ("averageSpo2Value", "oxygen_saturation", 1.0, 50.1),
)


def _day(one: Record) -> Found:
    day = _local_date(one["calendarDate"])
    found, missing = [], 0
    for name, metric, factor, least in _DAY_FIELDS:
        value = one.get(name)
        if value is None:
            continue
        if float(value) < least:
            missing += 1
            continue
        value = round(float(value) * factor, 6)
        found.append({"local_date": day, "metric": metric, "value": value})
    return found, missing


_STATUS = {
    "HRV": ("heart_rate_variability_rmssd", 1),
    "RESPIRATION": ("respiratory_rate", 4),
    "SPO2": ("oxygen_saturation", 50.1),
}


def _status(one: Record) -> Found:
    day = date.fromisoformat(one["calendarDate"])
    found, missing = [], 0
    for item in one["metrics"]:
        metric, least = _STATUS.get(item["type"], (None, 0))
        value = item.get("value")
        if metric is None:
            continue
        if value is None or float(value) < least:
            missing += 1
            continue
        found.append({"local_date": day, "metric": metric, "value": float(value)})
    return found, missing


def _vo2_max(one: Record) -> Found:
    value = float(one["vo2MaxValue"])
    if value <= 0:
        return [], 1
    day = date.fromisoformat(str(one["calendarDate"])[:10])
    return [{"local_date": day, "metric": "vo2_max", "value": value}], 0


def _sleep(one: Record) -> Found:
    if not one.get("sleepStartTimestampGMT"):
        return [], 1  # a night without a recording
    start, end = _utc(one["sleepStartTimestampGMT"]), _utc(one["sleepEndTimestampGMT"])
    if end <= start:
        raise ValueError
    seconds = {
        name: one[name]
        for name in ("deepSleepSeconds", "lightSleepSeconds", "remSleepSeconds",
                     "awakeSleepSeconds", "unmeasurableSeconds")
        if (one.get(name) or -1) >= 0
    }  # fmt: skip
    row = {
        "sleep_id": start.isoformat(),
        "local_date": date.fromisoformat(one["calendarDate"]),
        "start_ts": start,
        "end_ts": end,
        "extra": to_json(seconds) if seconds else None,
    }
    return [row], 0


def _activity(one: Record, context: Context) -> Found:
    start = _milliseconds(one["beginTimestamp"])
    length = float(one.get("elapsedDuration") or one["duration"])
    local = one.get("startTimeLocal")
    if local is None:
        offset = context.clock.offset_at(int(start.timestamp()))
        day = (start + timedelta(seconds=offset)).date()
    else:
        day = _milliseconds(local).date()
    centimetres = one.get("distance")
    steps = one.get("steps")
    row = {
        "activity_id": str(one["activityId"]),
        "local_date": day,
        "start_ts": start,
        "end_ts": start + timedelta(milliseconds=length),
        "activity_type": _TYPES.get(str(one.get("activityType")), "other"),
        "activity_name": one.get("activityType"),
        "steps": int(steps) if steps is not None else None,
        "distance_m": float(centimetres) / 100 if centimetres is not None else None,
        "heart_rate_mean_bpm": one.get("avgHr"),
        "heart_rate_max_bpm": one.get("maxHr"),
        "extra": to_json({"calories": one.get("calories")}),
    }
    return [row], 0


def _local_date(value: Any) -> date:
    """`2026-03-01`; older exports say {"date": "Mar 1, 2026 12:00:00 AM"}."""
    if isinstance(value, dict):
        return datetime.strptime(f"{value['date']} Z", "%b %d, %Y %I:%M:%S %p %z").date()
    return date.fromisoformat(value)


def _utc(value: Any) -> datetime:
    if isinstance(value, int | float):
        return _milliseconds(value)
    return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)


def _milliseconds(value: Any) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=float(value))
