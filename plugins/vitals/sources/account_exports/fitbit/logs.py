"""Sleeps, exercises and weighings: logs with ids, some thousands in an export of years."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.json_records import records
from vitals.sources.account_exports.shapes import ACTIVITIES, MEASUREMENTS, SLEEPS, Rows
from vitals.sources.account_exports.times import MICROS, Times, parse_times, to_datetime
from vitals.sources.fitbit.shapes import SLEEP_LOG
from vitals.sources.fitbit.sleep import since_start, upon
from vitals.sources.rejected import to_json

BATCH = 2_000
_POUND_KG = 0.45359237
# A person whose body-mass index makes them taller than this was weighed in pounds.
_TALLEST_M = 2.3
# Fitbit's numbers of the common kinds of exercise, where the name says less.
_TYPES: Mapping[int | None, str] = {
    90013: "walking", 90012: "hiking", 90009: "running", 20049: "treadmill_running",
    90001: "cycling", 55001: "indoor_cycling", 90024: "swimming", 90014: "skating",
    2131: "strength_training", 2040: "interval_training", 20047: "elliptical",
    2065: "stair_climbing", 52001: "yoga", 53003: "pilates", 15675: "racket_sport", 15255: "golf",
}  # fmt: skip


def read_sleeps(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Sleep logs: wall-clock times without an offset, and the true length."""
    for first, batch in _batches(file):
        read = SLEEP_LOG.read(
            [_as_log(item) for item in batch],
            _names(file, first),
        )
        found = [_sleep(log, context) for log in read.valid]
        yield Rows(SLEEPS, _table(found, SLEEPS.columns), read.rejected)


def _names(file: ExportFile, first: int) -> Callable[[int, Any], str]:
    """What a rejected record of a batch is called, whose first one is number `first`."""
    return lambda index, _: f"{file.path}#{first + index}"


def read_exercises(file: ExportFile, context: Context, stream: str) -> Iterator[Rows]:
    """Exercises; when each began, and how long it took with its pauses.

    Args:
        file: the JSON file.
        context: clock and bases of time.
        stream: name under which the basis of its times is known.
    """
    for first, batch in _batches(file):
        rows, found = Rows(ACTIVITIES), []
        starts = _instants([_text(item, "startTime") for item in batch], context, stream)
        for position, (item, start) in enumerate(zip(batch, starts, strict=True)):
            row = _exercise(item, start, context) if start is not None else None
            if row is None:
                reason = "an exercise needs logId, startTime such as 03/03/22 12:41:37, duration"
                rows.rejected.append(reject(f"{file.path}#{first + position}", item, reason))
            else:
                found.append(row)
        rows.table = _table(found, ACTIVITIES.columns)
        yield rows


def read_weights(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Weighings, in the unit of the account, which only the body-mass index gives away."""
    for first, batch in _batches(file):
        rows, found = Rows(MEASUREMENTS), []
        texts = [f"{_text(item, 'date')} {_text(item, 'time') or '00:00:00'}" for item in batch]
        times = parse_times(pa.array(texts, pa.string()))
        instants = context.clock.to_utc(times.micros, in_order=False)
        for position, item in enumerate(batch):
            kilograms = _kilograms(item) if times.is_valid[position] else None
            if kilograms is None:
                reason = "a weighing needs date, time, weight and bmi, which tells its unit"
                rows.rejected.append(reject(f"{file.path}#{first + position}", item, reason))
                continue
            day = date(1970, 1, 1) + timedelta(days=int(times.micros[position] // 86_400 // MICROS))
            found.append(
                {"metric": "body_weight", "ts": to_datetime(instants[position]), "local_date": day,
                 "value": round(kilograms, 3)}
            )  # fmt: skip
        rows.table = _table(found, MEASUREMENTS.columns)
        yield rows


def _batches(file: ExportFile) -> Iterator[tuple[int, list[Any]]]:
    first, batch = 0, []
    with file.open() as content:
        for record in records(content, file.size):
            batch.append(record)
            if len(batch) == BATCH:
                yield first, batch
                first, batch = first + BATCH, []
    if batch:
        yield first, batch


def _as_log(item: Any) -> Any:
    """The log as the Web API words it."""
    if isinstance(item, dict) and "mainSleep" in item:
        return {**item, "isMainSleep": item["mainSleep"]}
    return item


def _sleep(log: dict[str, Any], context: Context) -> dict[str, Any]:
    wall = int(log["startTime"].replace(tzinfo=UTC).timestamp())
    seconds = log["duration"] // 1_000
    offset = context.nights.offset_of(wall, seconds)
    if offset is None:
        offset = _offset_by_clock(wall, int(_epoch(log["endTime"])), seconds, context)
    start = datetime.fromtimestamp(wall - offset, UTC)
    levels = log.get("levels") or {}
    spans = since_start(log["startTime"], levels.get("data") or [], seconds)
    shorts = upon(spans, levels.get("shortData") or [])
    extra = {
        name: log[name]
        for name in ("isMainSleep", "efficiency", "minutesAsleep", "minutesAwake", "logType")
        if log.get(name) is not None
    }
    return {
        "sleep_id": str(log["logId"]),
        "local_date": log["dateOfSleep"],
        "start_ts": start,
        "end_ts": start + timedelta(milliseconds=log["duration"]),
        "utc_offset_seconds": offset,
        "sleep_type": log.get("type"),
        "levels": _levels(spans),
        "short_awakenings": _levels(shorts),
        "extra": to_json(extra) if extra else None,
    }


def _offset_by_clock(wall_start: int, wall_end: int, seconds: int, context: Context) -> int:
    """The offset at the start by the zone history.

    Where the start has two readings, the one from which the true length leads to the stated end.
    """
    walls = np.array([wall_start]) * MICROS
    first = wall_start - int(context.clock.to_utc(walls)[0]) // MICROS
    for offset in (first, first - 3_600):
        end = wall_start - offset + seconds
        is_offset = context.clock.offset_at(wall_start - offset) == offset
        if is_offset and abs(end + context.clock.offset_at(end) - wall_end) <= 60:
            return offset
    return first


def _levels(spans: Sequence[dict[str, Any]]) -> str | None:
    kept = [
        {"elapsed_seconds": span["elapsed_seconds"], "seconds": span["seconds"],
         "level": str(span["level"]).lower()}
        for span in spans
    ]  # fmt: skip
    return to_json(kept) if kept else None


def _exercise(item: Any, start: int, context: Context) -> dict[str, Any] | None:
    try:
        log_id, milliseconds = str(item["logId"]), int(item["duration"])
    except (KeyError, TypeError, ValueError):
        return None
    if not 0 <= milliseconds <= 1_209_600_000:
        return None
    begin = to_datetime(start)
    wall = start // MICROS + context.clock.offset_at(start // MICROS)
    return {
        "activity_id": log_id,
        "local_date": datetime.fromtimestamp(wall, UTC).date(),
        "start_ts": begin,
        "end_ts": begin + timedelta(milliseconds=milliseconds),
        "activity_type": _TYPES.get(_whole(item.get("activityTypeId")), "other"),
        "activity_name": item.get("activityName"),
        "steps": _whole(item.get("steps")),
        "distance_m": _metres(item),
        "energy_kcal": _real(item.get("calories")),
        "heart_rate_mean_bpm": _real(item.get("averageHeartRate")),
        "extra": to_json({"activityTypeId": item.get("activityTypeId")}),
    }


def _metres(item: dict[str, Any]) -> float | None:
    unit = {"Kilometer": 1_000.0, "Mile": 1_609.344}.get(item.get("distanceUnit") or "Kilometer")
    distance = _real(item.get("distance"))
    return round(distance * unit, 2) if distance is not None and unit else None


def _kilograms(item: Any) -> float | None:
    weight, index = _real(item.get("weight")), _real(item.get("bmi"))
    if not weight or not index or weight < 0 or index < 0:
        return None
    return weight * _POUND_KG if math.sqrt(weight / index) > _TALLEST_M else weight


def _instants(texts: list[str | None], context: Context, stream: str) -> list[int | None]:
    times: Times = parse_times(pa.array(texts, pa.string()))
    found = context.instants(stream, times)
    return [int(at) if ok else None for at, ok in zip(found, times.is_valid, strict=True)]


def _epoch(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()


def _text(item: Any, name: str) -> str | None:
    value = item.get(name) if isinstance(item, dict) else None
    return value if isinstance(value, str) else None


def _real(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _whole(value: Any) -> int | None:
    number = _real(value)
    return int(number) if number is not None else None


def _table(found: list[dict[str, Any]], columns: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(found, schema=columns)
