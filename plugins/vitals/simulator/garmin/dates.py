"""Dates of Garmin paths and queries, and its two ways of writing an instant."""

from datetime import date

from vitals.simulator.errors import ApiError
from vitals.simulator.formats import rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.truth.people import to_day
from vitals.simulator.truth.zones import offset_at

LONGEST = 28


def read_day(call: Call, text: str | None) -> int:
    """Day number of YYYY-MM-DD.

    Raises:
        ApiError: 400 if it is not that.
    """
    try:
        if text is not None and len(text) == 10:
            return to_day(date.fromisoformat(text))
    except ValueError:
        pass
    raise call.dialect.error("bad_request", f"Invalid date: {text}")


def read_range(call: Call, longest: int = LONGEST) -> range:
    """Days from `start` to `end` of the path or `startDate` to `endDate` of the query.

    Raises:
        ApiError: 400 if the range is backwards or longer than `longest` days.
    """
    first = read_day(call, call.path.get("start", call.query.get("startDate")))
    last = read_day(call, call.path.get("end", call.query.get("endDate")))
    if last < first or last - first + 1 > longest:
        raise too_long(call, longest)
    return range(first, last + 1)


def too_long(call: Call, longest: int) -> ApiError:
    """400 about a range."""
    return call.dialect.error("bad_request", f"The range must be 1 to {longest} days.")


def gmt_text(epoch: int) -> str:
    """UTC with tenths and without Z."""
    return rfc3339(epoch).replace("Z", ".0")


def local_text(call: Call, epoch: int) -> str:
    """Wall clock in the same form."""
    return gmt_text(epoch + offset_at(call.account, epoch))


def milliseconds(epoch: int) -> int:
    """Epoch milliseconds."""
    return int(epoch) * 1_000


def local_milliseconds(call: Call, epoch: int) -> int:
    """The wall clock as if it were UTC, in milliseconds."""
    return milliseconds(epoch + offset_at(call.account, epoch))
