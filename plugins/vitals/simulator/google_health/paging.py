"""Batches -> pages in descending order of start, with opaque tokens that hold a position.

A token is (day, points of that day already served), so that no page has to produce the days of the
pages before it. A token with other parameters than the call that gave it is refused.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import orjson

from vitals.simulator.faults import Fault
from vitals.simulator.google_health import daily, intervals, samples, sessions
from vitals.simulator.google_health.batch import Batch, Context
from vitals.simulator.google_health.data_types import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    SESSION_PAGE,
    DataType,
)
from vitals.simulator.google_health.dialect import bad_request
from vitals.simulator.google_health.filters import Filter
from vitals.simulator.truth.people import DAY

PRODUCERS = intervals.PRODUCERS | samples.PRODUCERS | daily.PRODUCERS | sessions.PRODUCERS
# Types whose producer takes a UTC day; the others take a civil day.
BY_UTC_DAY = (*intervals.PRODUCERS, "heart-rate")
Position = tuple[int, int]


def read_page(
    context: Context,
    data_type: DataType,
    wanted: Filter,
    size: int,
    token: str | None,
    digest: str,
    listed: bool,
    fault: Fault | None,
) -> dict[str, Any]:
    """One page of points: `dataPoints` and `nextPageToken`, or an empty object."""
    position = read_token(token, digest) if token else None
    limit = min(size, fault.keep) if fault and fault.kind == "short_page" else size
    points: list[Any] = []
    start = position
    following: Position | None = None
    for at, batch, index in positions(context, data_type, wanted, position):
        start = start or at
        if len(points) == limit:
            following = at
            break
        points.append(batch.build(index, listed))
    if fault and fault.kind == "duplicate_page" and points:
        following = start
    answer: dict[str, Any] = {"dataPoints": points} if points else {}
    if following is not None:
        answer["nextPageToken"] = write_token(following, digest)
    return answer


def positions(
    context: Context, data_type: DataType, wanted: Filter, start: Position | None
) -> Iterator[tuple[Position, Batch, int]]:
    """Every wanted point in descending order from a position on: (position, batch, index)."""
    producer = PRODUCERS.get(data_type.name)
    if producer is None:
        return
    first, last = day_range(context, data_type, wanted)
    if start is not None:
        last = min(last, start[0])
    for day in range(last, first - 1, -1):
        batch = producer(context, day)
        if not len(batch):
            continue
        held = np.zeros(len(batch), dtype=bool)
        for bounds in wanted:
            held |= bounds.holds(batch.physical, batch.civil)
        skip = start[1] if start is not None and day == start[0] else 0
        for served, index in enumerate(np.nonzero(held)[0][::-1]):
            if served >= skip:
                yield (day, served), batch, int(index)


def day_range(context: Context, data_type: DataType, wanted: Filter) -> tuple[int, int]:
    """Days on which wanted points can lie; a day of margin where two clocks meet."""
    form = wanted[0].form
    by_utc = data_type.name in BY_UTC_DAY
    exact = form == "date" or (by_utc and form == "physical")
    margin = 0 if exact else 1
    first = max(context.view.first_day - 1, min(one.start for one in wanted) // DAY - margin)
    last = min(context.view.last_day + 1, max(one.end - 1 for one in wanted) // DAY + margin)
    return first, last


def page_size(data_type: DataType, text: str | None) -> int:
    """Page size asked for, cut to the largest allowed.

    Raises:
        ApiError: 400 if it is not a positive number.
    """
    largest = SESSION_PAGE if data_type.is_paged_small else LARGEST_PAGE
    default = SESSION_PAGE if data_type.is_paged_small else DEFAULT_PAGE
    if not text or text == "0":
        return default
    if not text.isdigit():
        raise bad_request(f"Invalid value at 'page_size' (TYPE_INT32), {text!r}")
    return min(int(text), largest)


def parameters_digest(*parameters: str | None) -> str:
    """What has to stay the same from page to page."""
    return hashlib.sha256(repr(parameters).encode()).hexdigest()[:12]


def write_token(position: Position, digest: str) -> str:
    """Opaque page token."""
    return base64.urlsafe_b64encode(orjson.dumps([*position, digest])).decode()


def read_token(token: str, digest: str) -> Position:
    """Position of a page token.

    Raises:
        ApiError: 400 if it is broken or belongs to other parameters.
    """
    try:
        day, served, owner = orjson.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as error:
        raise bad_request("Invalid page token.") from error
    if owner != digest:
        raise bad_request("The page token belongs to a request with other parameters.")
    return day, served
