"""The list that sleep and activity logs share: afterDate or beforeDate, sort, limit, next link."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from vitals.simulator.fitbit.dates import read_day
from vitals.simulator.fitbit.dialect import invalid
from vitals.simulator.provider import Call

LARGEST = 100


@dataclass(frozen=True)
class ListRequest:
    """A checked list request; `days` are the first and last civil day."""

    days: tuple[int, int]
    newest_first: bool
    limit: int
    offset: int


def read_list_request(call: Call) -> ListRequest:
    """Check the parameters of a list.

    Raises:
        ApiError: 400 for a missing or contradictory parameter.
    """
    query = call.query
    after, before = query.get("afterDate"), query.get("beforeDate")
    if (after is None) == (before is None):
        raise invalid("Give either afterDate or beforeDate.", "afterDate")
    wanted = "asc" if after else "desc"
    if query.get("sort") != wanted:
        raise invalid(f"sort must be {wanted} with this date.", "sort")
    limit, offset = query.get("limit", "20"), query.get("offset", "0")
    if not limit.isdigit() or not 1 <= int(limit) <= LARGEST:
        raise invalid(f"limit must be 1 to {LARGEST}.", "limit")
    if not offset.isdigit():
        raise invalid("offset must be a number.", "offset")
    today = call.view.today()
    if before is None:
        days = (read_day(call, str(after)[:10], "afterDate"), today + 1)
    else:
        days = (call.view.first_day - 1, read_day(call, before[:10], "beforeDate") - 1)
    return ListRequest(days, before is not None, int(limit), int(offset))


def serve_list(
    call: Call, asked: ListRequest, key: str, logs: Sequence[Any], shape: Callable[[Any], Any]
) -> dict[str, Any]:
    """One page and the links around it; only following `next` is supported, as at Fitbit."""
    ordered = list(reversed(logs)) if asked.newest_first else list(logs)
    short, duplicate = call.page_fault("short_page"), call.page_fault("duplicate_page")
    size = min(asked.limit, short.keep) if short else asked.limit
    page = ordered[asked.offset : asked.offset + size]
    following = asked.offset if duplicate else asked.offset + len(page)
    more = following < len(ordered)
    query = {**call.query, "limit": asked.limit, "offset": following}
    link = f"{call.request.url.replace(query='')}?{urlencode(query)}".replace("??", "?")
    return {
        key: [shape(one) for one in page],
        "pagination": {
            "next": link if more else "",
            "previous": "",
            "limit": asked.limit,
            "offset": asked.offset,
            "sort": call.query["sort"],
        },
    }
