"""Exercises -> activities: the paged list, and the details of one."""

from typing import Any

from vitals.simulator.formats import rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.people import DAY
from vitals.simulator.truth.totals import exercise_totals
from vitals.simulator.truth.zones import offset_at, offset_in, zone_at

DEFAULT_PAGE, LARGEST_PAGE = 30, 200
READ, READ_ALL = "activity:read", "activity:read_all"
# After so many activities one place on a page is taken by something nobody sees any more.
HIDDEN_EVERY = 7
# Midwinter of either hemisphere, to tell a zone's offset outside summer time.
MIDWINTERS = (1_767_225_600, 1_782_864_000)


def list_activities(call: Call) -> Any:
    """One page of activities; an empty page says that the list is over.

    Pages come short before that: a page is cut first, and then what may not be seen is left out.
    """
    after, before = epoch(call, "after"), epoch(call, "before")
    page, size = number(call, "page", 1), number(call, "per_page", DEFAULT_PAGE)
    if not 1 <= size <= LARGEST_PAGE or page < 1:
        raise call.dialect.error("bad_request")
    view = call.view
    first = view.first_day if after is None else after // DAY - 1
    last = view.last_day + 1 if before is None else before // DAY + 1
    found = [
        one
        for one in view.exercises(first, last)
        if (after is None or one.start > after) and (before is None or one.start < before)
    ]
    if after is None or not call.settings.oldest_first_after:
        found.reverse()
    start = (page - 1) * size
    if call.page_fault("duplicate_page"):
        # An activity that was uploaded between two pages pushes the others back.
        start = max(start - 1, 0)
    chosen = with_hidden(found)[start : start + size]
    return [summary(call, one) for one in chosen if one is not None and may_see(call, one)]


def with_hidden(found: list[Exercise]) -> list[Exercise | None]:
    """Put something hidden after every few activities."""
    slots: list[Exercise | None] = []
    for index, one in enumerate(found, start=1):
        slots += [one] if index % HIDDEN_EVERY else [one, None]
    return slots


def epoch(call: Call, name: str) -> int | None:
    """Epoch second of a query parameter, or None.

    Raises:
        ApiError: 400 if it is no number.
    """
    text = call.query.get(name)
    if text is None:
        return None
    if not text.lstrip("-").isdigit():
        raise call.dialect.error("bad_request")
    return int(text)


def number(call: Call, name: str, default: int) -> int:
    """Number of a query parameter.

    Raises:
        ApiError: 400 if it is no number.
    """
    value = epoch(call, name)
    return default if value is None else value


def may_see(call: Call, one: Exercise) -> bool:
    """Private activities need the scope for all activities."""
    return READ_ALL in call.scopes or not one.is_private


def find_exercise(call: Call) -> Exercise:
    """The activity of the path.

    Raises:
        ApiError: 404 if it does not exist or may not be seen.
    """
    text = call.path["activity"]
    day = int(text) // 100 % 100_000 if text.isdigit() else -1
    for one in call.view.exercises(day, day):
        if str(one.number) == text and may_see(call, one):
            return one
    raise call.dialect.error("not_found")


def summary(call: Call, one: Exercise) -> dict[str, Any]:
    """SummaryActivity; `start_date_local` carries a Z that is not true."""
    totals = exercise_totals(call.view, one)
    activity: dict[str, Any] = {
        "id": one.number,
        "resource_state": 2,
        "external_id": f"garmin_ping_{one.number}",
        "upload_id": None if one.is_manual else one.number + 5,
        "athlete": {"id": call.account.strava_id, "resource_state": 1},
        "name": one.name,
        "type": one.kind.strava,
        "sport_type": one.kind.strava,
        "start_date": rfc3339(one.start),
        "start_date_local": wall_with_false_z(call, one.start),
        "timezone": zone_text(call, one.start),
        "utc_offset": float(offset_at(call.account, one.start)),
        "distance": one.distance_m,
        "moving_time": one.moving_seconds,
        "elapsed_time": one.elapsed_seconds,
        "total_elevation_gain": one.elevation_m,
        "average_speed": round(one.distance_m / one.moving_seconds, 3),
        "max_speed": round(one.kind.metres_per_second * 1.4, 3),
        "manual": one.is_manual,
        "private": one.is_private,
        "visibility": "only_me" if one.is_private else "followers_only",
        "trainer": False,
        "commute": False,
        "has_heartrate": totals.bpm_mean is not None,
        "device_name": "Charge 6",
        "map": {"id": f"a{one.number}", "summary_polyline": "", "resource_state": 2},
    }
    if totals.bpm_mean is not None and totals.bpm_max is not None:
        activity["average_heartrate"] = float(totals.bpm_mean)
        activity["max_heartrate"] = float(totals.bpm_max)
    return activity


def wall_with_false_z(call: Call, at: int) -> str:
    """Local wall-clock time, marked as if it were UTC."""
    return rfc3339(at + offset_at(call.account, at))


def zone_text(call: Call, at: int) -> str:
    """`(GMT+01:00) Europe/Paris`: the offset outside summer time, then the zone."""
    zone = zone_at(call.account, at)
    offset = min(offset_in(zone, when) for when in MIDWINTERS)
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    return f"(GMT{sign}{minutes // 60:02}:{minutes % 60:02}) {zone}"
