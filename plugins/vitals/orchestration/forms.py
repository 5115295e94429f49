"""forms: the fields that the forms of manual runs share, and what was put into them.

Everything is optional: a field that was left empty is None or an empty list.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowFailException

Moment = TypeVar("Moment", bound=date)


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
    try:
        start, end = (_read(date, params, name, "YYYY-MM-DD") for name in ("start", "end"))
    except ValueError as error:
        raise AirflowFailException(str(error)) from None  # trying again would not help
    if start and end and start > end:
        raise AirflowFailException(f"the days end ({end}) before they start ({start})")
    return start, end


def read_instant(params: Mapping[str, Any], name: str) -> datetime | None:
    """An instant of a form; without an offset it is taken as UTC.

    Raises:
        ValueError: it is no instant; the message names the parameter and the form wanted.
    """
    read = _read(datetime, params, name, "YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS+00:00")
    return read.replace(tzinfo=UTC) if read and not read.tzinfo else read


def _read(kind: type[Moment], params: Mapping[str, Any], name: str, wanted: str) -> Moment | None:
    text = params.get(name)
    if not text:
        return None
    try:
        return kind.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"`{name}` is {text!r} ({error}): write it as {wanted}") from None


def _moment(kind: str, title: str, description: str) -> Param:
    return Param(None, type=["null", "string"], format=kind, title=title, description=description)
