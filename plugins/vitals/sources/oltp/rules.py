"""Rows of the operational database -> those that can be right, and what is refused and why.

Without its key or the time of its change a row says nothing; another wrong value costs only itself.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from vitals.sources.oltp.tables import UPDATED_AT, Column, Table
from vitals.sources.rejected import Rejected, to_json

# Clocks of two machines differ; a time further ahead would hide every change until then.
_CLOCK_DIFFERENCE = timedelta(hours=1)
_FIRST_BIRTHDAY = date(1900, 1, 1)
_FIRST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTRY = re.compile(r"[A-Za-z]{2}")

Row = dict[str, Any]


def check(table: Table, row: Mapping[str, Any], now: datetime) -> tuple[Row | None, list[Rejected]]:
    """A row as raw stores it, or None, and what was refused of it.

    Args:
        table: where it is from.
        row: as delivered; columns that the database does not have are missing.
        now: the time on our clock.
    """
    key = "" if row.get(table.key) is None else str(row[table.key])
    updated_at = _instant(row.get(UPDATED_AT))
    wrong = _unusable(table, key, updated_at, now)
    if wrong:
        return None, [Rejected(key or "(no key)", wrong[0], wrong[1], to_json(row))]
    kept: Row = {table.key: key, UPDATED_AT: updated_at}
    rejected = []
    for column in table.columns:
        value = row.get(column.name)
        reason = None if value is None else _complaint(column, value, now)
        if reason:
            rejected.append(Rejected(key, column.name, reason, to_json(row), row_kept=True))
        kept[column.name] = None if reason or value is None else _plain(column, value)
    return kept, rejected


def _unusable(
    table: Table, key: str, updated_at: datetime | None, now: datetime
) -> tuple[str, str] | None:
    """The field that makes a row unusable, and why."""
    if not key.strip():
        return table.key, "a row needs a key"
    if updated_at is None:
        return UPDATED_AT, "a row needs the time of its last change"
    if not _FIRST_INSTANT <= updated_at <= now + _CLOCK_DIFFERENCE:
        return UPDATED_AT, f"must lie between 1970 and now, not at {updated_at.isoformat()}"
    return None


def _complaint(column: Column, value: Any, now: datetime) -> str | None:
    """What is wrong with a value."""
    if column.kind == "number":
        assert column.bounds
        low, high = column.bounds
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        return None if low <= number <= high else f"must be from {low:g} to {high:g}"
    if column.kind == "country":
        return None if _COUNTRY.fullmatch(str(value)) else "must be two letters (ISO 3166-1)"
    if column.kind == "birthday":
        day = _day(value)
        right = day is not None and _FIRST_BIRTHDAY <= day <= now.date()
        return None if right else "must be a day from 1900 until today"
    if column.kind == "instant":
        instant = _instant(value)
        right = instant is not None and instant <= now + _CLOCK_DIFFERENCE
        return None if right else "must be an instant that is not in the future"
    return None


def _plain(column: Column, value: Any) -> Any:
    if column.kind == "number":
        return float(value)
    if column.kind == "birthday":
        return _day(value)
    if column.kind == "instant":
        return _instant(value)
    return str(value).strip() or None


def _instant(value: Any) -> datetime | None:
    """An instant; a column without a zone is taken as UTC."""
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
