"""Instants -> the time objects of the Google Health API; zero fields are left out."""

from typing import Any

from vitals.simulator.formats import rfc3339
from vitals.simulator.truth.people import DAY, Account, to_date
from vitals.simulator.truth.zones import offset_at

Json = dict[str, Any]


def duration(seconds: float) -> str:
    """Seconds as a google.protobuf.Duration."""
    return f"{seconds:g}s" if seconds != int(seconds) else f"{int(seconds)}s"


def date_object(day: int) -> Json:
    """google.type.Date."""
    value = to_date(day)
    return {"year": value.year, "month": value.month, "day": value.day}


def civil_object(wall: int) -> Json:
    """CivilDateTime of a wall-clock second; midnight has an empty time."""
    day, second = divmod(int(wall), DAY)
    parts = (("hours", second // 3_600), ("minutes", second // 60 % 60), ("seconds", second % 60))
    return {"date": date_object(day), "time": {name: value for name, value in parts if value}}


def interval(account: Account, start: int, end: int, with_civil: bool) -> Json:
    """Observation or session interval with its offsets."""
    first, last = offset_at(account, start), offset_at(account, end)
    found: Json = {
        "startTime": rfc3339(start),
        "startUtcOffset": duration(first),
        "endTime": rfc3339(end),
        "endUtcOffset": duration(last),
    }
    if with_civil:
        found["civilStartTime"] = civil_object(start + first)
        found["civilEndTime"] = civil_object(end + last)
    return found


def bare_interval(start: int, end: int) -> Json:
    """Interval of a source that sends no offsets (Health Connect)."""
    return {"startTime": rfc3339(start), "endTime": rfc3339(end)}


def sample_time(account: Account, at: int, with_civil: bool) -> Json:
    """Sample time with its offset."""
    offset = offset_at(account, at)
    found: Json = {"physicalTime": rfc3339(at), "utcOffset": duration(offset)}
    if with_civil:
        found["civilTime"] = civil_object(at + offset)
    return found


def without_zeros(value: Any) -> Any:
    """Leave out fields that are zero, false, empty or None, as proto3 JSON does."""
    if not isinstance(value, dict):
        return value
    cleaned = {name: without_zeros(inner) for name, inner in value.items()}
    return {
        name: inner
        for name, inner in cleaned.items()
        if inner is not None and inner not in (0, "0", "", [])
    }
