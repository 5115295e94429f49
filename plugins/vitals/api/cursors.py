"""cursors: where a page ended -> a text that the next request sends back.

A cursor says after which key to go on, never what may be seen: that is asked of the token again.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Any

import orjson

from vitals.api.problems import Problem, invalid
from vitals.api.windows import parsed

Position = dict[str, Any]


def encode(position: Mapping[str, Any]) -> str:
    """The position as base64url of JSON."""
    return base64.urlsafe_b64encode(orjson.dumps(dict(position))).decode().rstrip("=")


def decode(text: str | None, kinds: Mapping[str, Callable[[Any], Any]]) -> Position:
    """The position in a cursor: the parameters named by `kinds`, each read by its function.

    Raises:
        Problem: 422, it is none of ours.
    """
    if not text:
        return {}
    try:
        raw = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return {name: read(raw[name]) for name, read in kinds.items()}
    except (ValueError, TypeError, KeyError, AttributeError, Problem):
        raise invalid("cursor", "is not one that this API gave out") from None


def an_instant(value: Any) -> datetime:
    """An instant of a position.

    Raises:
        ValueError: it is none.
    """
    found = parsed("cursor", value)
    if not isinstance(found, datetime):
        raise ValueError
    return found.astimezone(UTC)


def a_date(value: Any) -> date:
    """A date of a position.

    Raises:
        ValueError: it is none.
    """
    found = parsed("cursor", value)
    if isinstance(found, datetime):
        raise ValueError
    return found


def a_text(value: Any) -> str:
    """A short text that PostgreSQL can hold.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str) or len(value) > 200 or "\0" in value:
        raise ValueError
    return value


def a_count(value: Any) -> int:
    """A whole number from 0 upwards.

    Raises:
        ValueError: it is none.
    """
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError
    return value


def after_key(
    rows: Iterator[Mapping[str, Any]], key: str, before: Position, read: Callable[[Any], Any]
) -> Position:
    """Where rows ordered by a key that may repeat go on: from its last value, less what was given.

    Args:
        rows: the rows of the page, the last one first.
        key: what they are ordered by.
        before: the position that they were read from.
        read: what reads the key of a position.
    """
    last = next(rows)[key]
    same = 1 + sum(1 for _ in takewhile(lambda row: row[key] == last, rows))
    if before.get("since") == read(last):
        same += before["skip"]
    return {"since": last, "skip": same}
