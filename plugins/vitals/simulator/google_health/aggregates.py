"""The rollUp and dailyRollUp methods: checks of the body, windows, pages."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from vitals.simulator.google_health.data_types import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    DataType,
    data_type_for,
)
from vitals.simulator.google_health.dialect import bad_request
from vitals.simulator.google_health.filters import PHYSICAL
from vitals.simulator.google_health.paging import parameters_digest, read_token, write_token
from vitals.simulator.google_health.requests import check_call, read_body, source_family
from vitals.simulator.google_health.rollups import READERS, Window, civil_window, physical_window
from vitals.simulator.google_health.times import civil_object, rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.truth.people import DAY, to_day

Json = dict[str, Any]
INVALID = "Invalid argument in request"


def roll_up(call: Call) -> Any:
    """Windows of physical time."""
    data_type = data_type_for(call.path["data_type"], "U")
    call.require(data_type.scope)
    check_call(call)
    body = read_body(call, {"range", "windowSize", "pageSize", "pageToken", "dataSourceFamily"})
    span = body.get("range") or {}
    start, end = instant(span.get("startTime")), instant(span.get("endTime"))
    size = window_seconds(body.get("windowSize"))
    check_range(end - start, data_type.rollup_cap)
    known = range(max(start, call.view.since // size * size), min(end, call.view.until + size))
    bounds = [
        (at, min(at + size, end))
        for at in range(start, end, size)
        if at + size > known.start and at < known.stop
    ]

    def item(at: int, until: int, key: str, value: Json) -> Json:
        return {"startTime": rfc3339(at), "endTime": rfc3339(until), key: value}

    def window(at: int, until: int) -> Window:
        return physical_window(call.view, at, until)

    limit = min(int(body.get("pageSize") or DEFAULT_PAGE), LARGEST_PAGE)
    return page_of(call, data_type, body, bounds, limit, window, item)


def daily_roll_up(call: Call) -> Any:
    """Windows of whole civil days."""
    data_type = data_type_for(call.path["data_type"], "D")
    call.require(data_type.scope)
    check_call(call)
    body = read_body(call, {"range", "windowSizeDays", "pageSize", "pageToken", "dataSourceFamily"})
    if "pageSize" in body:
        # Documented as allowed, but two users report that any value is refused.
        raise bad_request(INVALID)
    span = body.get("range") or {}
    first, end = civil_day_of(span.get("start")), civil_day_of(span.get("end"))
    size = body.get("windowSizeDays", 1)
    if not isinstance(size, int) or size < 1:
        raise bad_request(INVALID)
    check_range((end - first) * DAY, call.settings.day_rollup_cap or data_type.rollup_cap)
    last = min(end, call.view.last_day + 2)
    bounds = [(day, min(day + size, end)) for day in range(first, last, size)]
    bounds = [one for one in bounds if one[1] > call.view.first_day - 1]

    def item(day: int, until: int, key: str, value: Json) -> Json:
        start, stop = civil_object(day * DAY), civil_object(until * DAY)
        return {"civilStartTime": start, "civilEndTime": stop, key: value}

    def window(day: int, until: int) -> Window:
        return civil_window(call.view, day, until - 1)

    return page_of(call, data_type, body, bounds, data_type.rollup_cap, window, item)


def page_of(
    call: Call,
    data_type: DataType,
    body: Json,
    bounds: list[tuple[int, int]],
    limit: int,
    window: Callable[[int, int], Window],
    item: Callable[[int, int, str, Json], Json],
) -> Json:
    """One page of windows that have a value."""
    family = source_family(body.get("dataSourceFamily"), call)
    same = {name: value for name, value in body.items() if name != "pageToken"}
    digest = parameters_digest(call.request.url.path, repr(sorted(same.items())))
    token = body.get("pageToken")
    at = read_token(token, digest)[0] if token else 0
    reader = READERS.get(data_type.name)
    if reader is None or family == "self-sources":
        return {}
    key, read = reader
    short = call.page_fault("short_page")
    limit = min(limit, short.keep) if short else limit
    found: list[Json] = []
    start = at
    while at < len(bounds) and len(found) < limit:
        value = read(window(*bounds[at]))
        if value is not None:
            found.append(item(*bounds[at], key, value))
        at += 1
    if call.page_fault("duplicate_page"):
        at = start
    answer: Json = {"rollupDataPoints": found} if found else {}
    if at < len(bounds):
        answer["nextPageToken"] = write_token((at, 0), digest)
    return answer


def check_range(seconds: int, cap_days: int) -> None:
    """Refuse an empty range and one that is too long.

    Raises:
        ApiError: 400.
    """
    if seconds <= 0:
        raise bad_request("The end of the range must be after its start.")
    if seconds > cap_days * DAY:
        raise bad_request(f"The maximum range is {cap_days} days.")


def instant(text: Any) -> int:
    """Epoch second of an RFC 3339 time in a body.

    Raises:
        ApiError: 400.
    """
    if not isinstance(text, str) or not PHYSICAL.match(text):
        raise bad_request(f"Invalid value for a timestamp: {text!r}")
    return int(datetime.fromisoformat(text).timestamp())


def window_seconds(text: Any) -> int:
    """Seconds of `windowSize`, at least one.

    Raises:
        ApiError: 400.
    """
    match = re.fullmatch(r"(\d+)(?:\.0+)?s", text) if isinstance(text, str) else None
    if match is None or int(match[1]) < 1:
        raise bad_request("window_size must be a duration of at least 1s.")
    return int(match[1])


def civil_day_of(value: Any) -> int:
    """Day number of a CivilDateTime, which has to be midnight.

    Raises:
        ApiError: 400.
    """
    if not isinstance(value, dict) or set(value) - {"date", "time"} or "date" not in value:
        raise bad_request("A civil time needs a 'date' with year, month and day.")
    if any((value.get("time") or {}).values()):
        raise bad_request("The start time must be aligned with the aggregation window.")
    try:
        parts = value["date"]
        return to_day(date(parts["year"], parts["month"], parts["day"]))
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request(INVALID) from error
