"""Written times -> seconds, all at once: a file may mix `01/11/19 00:00:05` with ISO 8601.

Slashes are always month/day/year, whatever the account's language. Nothing here looks at single
values: texts of one length are a matrix of digits.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MICROS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MICROS = 86_400 * MICROS

# Layouts by length and by where a mark stands: positions of year (two or four digits), month, day.
_SLASHED = {"year": (6, 2), "month": (0, 2), "day": (3, 2)}
_ISO = {"year": (0, 4), "month": (5, 2), "day": (8, 2)}


@dataclass(frozen=True)
class Times:
    """Parsed times.

    Attributes:
        micros: microseconds since 1970, of the wall clock, or of UTC where `is_utc`.
        is_utc: which carry an offset or Z, so that they are instants already.
        offset_seconds: the offset that was written, 0 where none was.
        is_valid: which could be read at all.
    """

    micros: np.ndarray
    is_utc: np.ndarray
    offset_seconds: np.ndarray
    is_valid: np.ndarray


def to_datetime(micros: int) -> datetime:
    """The instant so many microseconds after 1970, in UTC; of any year that Python knows."""
    return _EPOCH + timedelta(microseconds=int(micros))


def parse_times(texts: pa.ChunkedArray | pa.Array) -> Times:
    """Read times and dates in any of the forms that exports use; NULL is not valid."""
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    array = pc.utf8_trim_whitespace(array.cast(pa.large_string()).fill_null(""))
    count = len(array)
    micros = np.zeros(count, dtype=np.int64)
    is_utc, is_valid = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    offsets = np.zeros(count, dtype=np.int64)
    ends = np.frombuffer(array.buffers()[1], dtype=np.int64)[
        array.offset : array.offset + count + 1
    ]
    data = array.buffers()[2]
    if count == 0 or data is None:
        return Times(micros, is_utc, offsets, is_valid)
    characters = np.frombuffer(data, dtype=np.uint8)
    lengths = np.diff(ends)
    if lengths.min() == lengths.max() >= 8:
        matrix = characters[ends[0] : ends[-1]].reshape(count, -1)
        return Times(*_read_matrix(matrix))
    for length in np.unique(lengths):
        if length < 8:
            continue
        where = np.flatnonzero(lengths == length)
        matrix = characters[ends[where][:, None] + np.arange(length)]
        found = _read_matrix(matrix)
        micros[where], is_utc[where], offsets[where], is_valid[where] = found
    return Times(micros, is_utc, offsets, is_valid)


def _read_matrix(
    text: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    is_slashed = (text[:, 2] == ord("/")) & (text[:, 5] == ord("/"))
    micros = np.zeros(len(text), dtype=np.int64)
    is_utc, is_valid = np.zeros(len(text), dtype=bool), np.zeros(len(text), dtype=bool)
    offsets = np.zeros(len(text), dtype=np.int64)
    for layout, mask in ((_SLASHED, is_slashed), (_ISO, ~is_slashed)):
        if mask.any() and (layout is _SLASHED or text.shape[1] >= 10):
            found = _read_layout(text[mask], layout)
            micros[mask], is_utc[mask], offsets[mask], is_valid[mask] = found
    return micros, is_utc, offsets, is_valid


def _read_layout(
    text: np.ndarray, layout: dict[str, tuple[int, int]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    days, ok = _days(text, layout)
    rest = text[:, 8 if layout is _SLASHED else 10 :]
    if rest.shape[1] == 0:
        zero = np.zeros(len(text), dtype=np.int64)
        return days * _DAY_MICROS, np.zeros(len(text), dtype=bool), zero, ok
    micros, after, fine = _time_of_day(rest)
    offsets, has_zone, well = _zone(rest[:, after:])
    total = days * _DAY_MICROS + micros - offsets * MICROS
    return total, has_zone, offsets, ok & fine & well


def _days(text: np.ndarray, layout: dict[str, tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    year, a = _number(text, *layout["year"])
    month, b = _number(text, *layout["month"])
    day, c = _number(text, *layout["day"])
    ok = a & b & c & (month >= 1) & (month <= 12) & (day >= 1)
    if layout["year"][1] == 2:
        year = year + 2000
    else:
        ok &= (text[:, 4] == ord("-")) & (text[:, 7] == ord("-")) & (year >= 1900)
    month = np.clip(month, 1, 12)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    return first + day - 1, ok & (day <= length)


def _time_of_day(rest: np.ndarray) -> tuple[np.ndarray, int, np.ndarray]:
    """Microseconds of ` 08:30:05.123`, the column after them, and which are well formed."""
    width = rest.shape[1]
    bad = np.zeros(len(rest), dtype=bool)
    if width < 6:
        return np.zeros(len(rest), dtype=np.int64), width, bad
    hour, a = _number(rest, 1, 2)
    minute, b = _number(rest, 4, 2)
    ok = a & b & np.isin(rest[:, 0], [ord(" "), ord("T")]) & (rest[:, 3] == ord(":"))
    second, after = np.zeros(len(rest), dtype=np.int64), 6
    if width >= 9 and (rest[:, 6] == ord(":")).all():
        second, c = _number(rest, 7, 2)
        ok, after = ok & c, 9
    micros = np.zeros(len(rest), dtype=np.int64)
    if width > after and (rest[:, after] == ord(".")).all():
        is_digit = (rest[:, after + 1 :] >= ord("0")) & (rest[:, after + 1 :] <= ord("9"))
        digits = int(is_digit.all(axis=0).cumprod().sum())
        used = min(digits, 6)
        if used:
            micros, _ = _number(rest, after + 1, used)
            micros = micros * 10 ** (6 - used)
        after += 1 + digits
    ok &= (hour < 24) & (minute < 60) & (second < 61)
    return (hour * 3_600 + minute * 60 + second) * MICROS + micros, after, ok


def _zone(rest: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Offset in seconds of ``, `Z`, `+05:30`, ` +0530`; whether there is one; well formed."""
    count, width = rest.shape
    zero, yes = np.zeros(count, dtype=np.int64), np.ones(count, dtype=bool)
    if width == 0:
        return zero, ~yes, yes
    if width == 1:
        return zero, yes, rest[:, 0] == ord("Z")
    if (rest[:, 0] == ord(" ")).all():
        rest, width = rest[:, 1:], width - 1
    if width not in (5, 6):
        return zero, ~yes, ~yes
    hours, a = _number(rest, 1, 2)
    minutes, b = _number(rest, width - 2, 2)
    sign = np.where(rest[:, 0] == ord("-"), -1, 1)
    ok = a & b & np.isin(rest[:, 0], [ord("+"), ord("-")]) & (hours <= 15)
    return sign * (hours * 3_600 + minutes * 60), yes, ok


def _number(text: np.ndarray, start: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """The number in some columns, and where they are digits."""
    digits = text[:, start : start + width].astype(np.int64) - ord("0")
    ok = np.asarray(((digits >= 0) & (digits <= 9)).all(axis=1))
    return digits @ (10 ** np.arange(width - 1, -1, -1)), ok
