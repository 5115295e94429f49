"""forms: the fields that the forms of manual runs share, and what was put into them.

Everything is optional: a field that was left empty is None or an empty list.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowFailException


def day(title: str, description: str) -> Param:
    """A calendar day."""
    return _moment("date", title, description)


def instant(title: str, description: str) -> Param:
    """A point in time; `read_instant` reads it."""
    return _moment("date-time", title, description)


def several_of(
    names: Sequence[str], title: str, description: str, chosen: Sequence[str] = ()
) -> Param:
    """Some of a few names that are known; `chosen` is what the form begins with.

    None where the form was emptied, which is what the web page makes of that: it stands for all.
    """
    return Param(
        list(chosen),
        type=["null", "array"],
        examples=list(names),
        items={"type": "string", "enum": list(names)},
        title=title,
        description=f"{description} All, if left empty.",
    )


def participants(description: str) -> Param:
    """Participants, one a line."""
    return Param(
        [],
        type=["null", "array"],
        items={"type": "string", "minLength": 1},
        title="Participants",
        description=description,
    )


def requested_days(params: Mapping[str, Any]) -> tuple[date | None, date | None]:
    """First and last day that the form of a run asks for; None where it leaves it open."""
    start, end = (
        date.fromisoformat(params[name]) if params.get(name) else None for name in ("start", "end")
    )
    if start and end and start > end:
        # Trying again would not help.
        raise AirflowFailException(f"the days end ({end}) before they start ({start})")
    return start, end


def read_instant(text: str | None) -> datetime | None:
    """An instant of a form; without an offset it is taken as UTC."""
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _moment(kind: str, title: str, description: str) -> Param:
    return Param(None, type=["null", "string"], format=kind, title=title, description=description)
