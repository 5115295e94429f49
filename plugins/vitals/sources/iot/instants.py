"""Every encoding of an instant -> microseconds since 1970 in UTC.

Sources write unix seconds, unix milliseconds, ISO 8601 text and BSON datetimes, sometimes all of
them in one document. Seconds and milliseconds are told apart by size: below 1e11 a number is
seconds (until the year 5138), from 1e11 on milliseconds (since 1973), so no plausible
instant has two meanings. Text without an offset is UTC.

Functions return `(micros, problems)`: int64 values and int8 `Problem` codes, 0 for a good value.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import numpy as np
from bson import Decimal128
from bson.datetime_ms import DatetimeMS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLIS_FROM = 1e11
MILLIS_UNTIL = 1e14

Checked = tuple[np.ndarray, np.ndarray]


class Problem(IntEnum):
    """Why a value cannot be used; 0 is a good value."""

    NONE = 0
    MISSING = 1
    WRONG_TYPE = 2
    NOT_FINITE = 3
    NOT_ISO = 4
    BEFORE_2000 = 5
    FUTURE = 6
    TOO_LOW = 7
    TOO_HIGH = 8
    NOT_WHOLE = 9
    NOT_A_SAMPLE = 10


def from_numbers(values: np.ndarray) -> Checked:
    """Unix seconds or milliseconds, whole or fractional."""
    whole = values.astype(np.int64) if values.dtype.kind == "i" else None
    size = np.abs(values.astype(np.float64))
    in_millis = size >= MILLIS_FROM
    problems = _far(values, MILLIS_UNTIL)
    problems[~np.isfinite(size)] = Problem.NOT_FINITE
    good = problems == Problem.NONE
    if whole is not None:
        scaled = np.where(good, whole, 0) * np.where(in_millis, 1_000, 1_000_000)
    else:
        scaled = np.rint(np.where(good, values, 0.0) * np.where(in_millis, 1e3, 1e6))
    return scaled.astype(np.int64), problems


def from_millis(values: np.ndarray) -> Checked:
    """BSON datetimes: int64 milliseconds, always."""
    problems = _far(values, MILLIS_UNTIL)
    return np.where(problems == Problem.NONE, values, 0) * 1_000, problems


def _far(values: np.ndarray, limit: float) -> np.ndarray:
    """Values too large for a plausible instant; they would not fit into 64 bits of microseconds."""
    problems = np.zeros(len(values), np.int8)
    problems[values >= limit] = Problem.FUTURE
    problems[values <= -limit] = Problem.BEFORE_2000
    return problems


def from_iso_digits(text: np.ndarray) -> Checked | None:
    """ISO 8601 text of one length as a uint8 matrix, or None if it is not of a plain layout.

    Plain is `YYYY-MM-DDTHH:MM:SS`, with or without a fraction of 1 to 6 digits, and at its end `Z`,
    an offset like `+02:00`, or nothing; everything else takes the slow way of `from_values`.
    """
    if text.shape[1] < 19 or not _has_iso_separators(text):
        return None
    width = text.shape[1]
    offset: np.ndarray | int | None = 0
    if (text[:, -1] == ord("Z")).all():
        width -= 1
    elif width >= 25 and (text[:, -3] == ord(":")).all():
        width -= 6
        offset = _offset_micros(text[:, width:])
    fraction = width - 20
    if width != 19 and not (1 <= fraction <= 6 and (text[:, 19] == ord(".")).all()):
        return None
    digits = text[:, :width].astype(np.int64) - ord("0")
    micros = _assemble(digits, fraction) if _are_digits(digits, (4, 7, 10, 13, 16, 19)) else None
    if micros is None or offset is None:
        return None
    return micros - offset, np.zeros(len(micros), np.int8)


def _has_iso_separators(text: np.ndarray) -> bool:
    dashes = (text[:, [4, 7]] == ord("-")).all() and (text[:, [13, 16]] == ord(":")).all()
    return bool(dashes) and bool(np.isin(text[:, 10], (ord("T"), ord(" "))).all())


def _are_digits(digits: np.ndarray, but: tuple[int, ...]) -> bool:
    places = [place for place in range(digits.shape[1]) if place not in but]
    return bool(((digits[:, places] >= 0) & (digits[:, places] <= 9)).all())


def _number(digits: np.ndarray, start: int, stop: int) -> np.ndarray:
    return digits[:, start:stop] @ 10 ** np.arange(stop - start - 1, -1, -1)


def _offset_micros(text: np.ndarray) -> np.ndarray | None:
    """Offsets `+HH:MM` as microseconds east of UTC."""
    digits = text.astype(np.int64) - ord("0")
    signs = text[:, 0]
    if not np.isin(signs, (ord("+"), ord("-"))).all() or not _are_digits(digits, (0, 3)):
        return None
    hours, minutes = _number(digits, 1, 3), _number(digits, 4, 6)
    if (hours > 23).any() or (minutes > 59).any():
        return None
    return np.where(signs == ord("-"), -1, 1) * (hours * 60 + minutes) * 60_000_000


def _assemble(digits: np.ndarray, fraction: int) -> np.ndarray | None:
    year, month, day = (_number(digits, *at) for at in ((0, 4), (5, 7), (8, 10)))
    hour, minute, second = (_number(digits, *at) for at in ((11, 13), (14, 16), (17, 19)))
    clock_is_good = (hour < 24) & (minute < 60) & (second < 60)
    if not (clock_is_good & (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)).all():
        return None
    first = (year * 12 + month - 1 - 1970 * 12).astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    if (days.astype("datetime64[D]").astype("datetime64[M]") != first).any():
        return None
    micros = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000
    if fraction > 0:
        micros += _number(digits, 20, 20 + fraction) * 10 ** (6 - fraction)
    return micros


def from_values(values: Sequence[Any]) -> Checked:
    """Python values of any types, as `bson.decode` gives them."""
    pairs = [from_value(value) for value in values]
    micros = np.array([pair[0] for pair in pairs], np.int64)
    return micros, np.array([pair[1] for pair in pairs], np.int8)


def from_value(value: Any) -> tuple[int, Problem]:
    """One Python value; 0 where there is a problem."""
    if value is None:
        return 0, Problem.MISSING
    if isinstance(value, bool):
        return 0, Problem.WRONG_TYPE
    if isinstance(value, DatetimeMS):
        return _single(from_millis(np.array([int(value)])))
    if isinstance(value, datetime):
        return _from_datetime(value), Problem.NONE
    if isinstance(value, Decimal128):
        value = float(value.to_decimal())
    if isinstance(value, int | float):
        exact = abs(value) < 2**62 if isinstance(value, int) else True
        return _single(from_numbers(np.array([value]))) if exact else (0, Problem.FUTURE)
    if isinstance(value, str):
        return _from_text(value)
    return 0, Problem.WRONG_TYPE


def _single(checked: Checked) -> tuple[int, Problem]:
    return int(checked[0][0]), Problem(int(checked[1][0]))


def _from_datetime(value: datetime) -> int:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    gap = aware - EPOCH
    return (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds


def _from_text(value: str) -> tuple[int, Problem]:
    # "1714564800" must not be read as a date of the year 1714.
    text = value.strip()
    if text[4:5] != "-" and text[8:9] != "T":
        return 0, Problem.NOT_ISO
    try:
        return _from_datetime(datetime.fromisoformat(text)), Problem.NONE
    except (ValueError, OverflowError):
        return 0, Problem.NOT_ISO


def to_datetime(micros: int) -> datetime:
    """The instant as an aware datetime in UTC."""
    return datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)


def to_iso(micros: int) -> str:
    """ISO 8601 in UTC with `Z`, with a fraction only where there is one."""
    return to_datetime(micros).isoformat().replace("+00:00", "Z")
