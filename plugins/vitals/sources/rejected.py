"""What fails validation, on its way to raw.rejected_records: record, field, reason with remedy."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import bson
from bson.datetime_ms import DatetimeMS


@dataclass(frozen=True)
class Rejected:
    """A record, or one field of it, that was refused.

    Attributes:
        record_id: document id, with `#position` where the record is an element of its array.
        field: the field that is wrong, or None for the record as a whole.
        reason: what is wrong and what would be right, in one line.
        payload: the record as delivered, as JSON text that PostgreSQL can store.
        row_kept: the row was loaded without the field; otherwise the whole row was refused.
    """

    record_id: str
    field: str | None
    reason: str
    payload: str
    row_kept: bool = False


def count_rows(rejected: Iterable[Rejected]) -> int:
    """How many rows were refused as a whole."""
    return sum(not item.row_kept for item in rejected)


def to_json(value: Any) -> str:
    """Any decoded BSON value as JSON that jsonb accepts; what JSON cannot hold becomes text."""
    return json.dumps(json_safe(value), ensure_ascii=False, allow_nan=False)


def json_safe(value: Any) -> Any:
    """The same value made of what jsonb can hold: no NaN, no NUL characters, dates as text."""
    if isinstance(value, dict):
        return {_text(str(key)): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return _text(_foreign(value))


def _foreign(value: Any) -> str:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.isoformat().replace("+00:00", "Z")
    if isinstance(value, DatetimeMS):
        return f"{int(value)} ms since 1970"
    if isinstance(value, bson.Binary) and value.subtype in (3, 4):
        return str(value.as_uuid(value.subtype))
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _text(value: str) -> str:
    return value.replace("\x00", "\\u0000")
