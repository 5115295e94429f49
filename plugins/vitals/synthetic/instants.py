"""Instants as UTC milliseconds <-> the four ways in which documents write them.

Inside the generator every instant is an integer number of milliseconds since 1970 in UTC; only
documents know encodings and only schedules know wall clocks.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Encoding = Literal["datetime", "seconds", "milliseconds", "iso"]
ENCODINGS: tuple[Encoding, ...] = ("datetime", "seconds", "milliseconds", "iso")
Interval = tuple[int, int]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def day_start(ordinal: int) -> int:
    """Return the first instant of a UTC day given as `date.toordinal()`."""
    return (ordinal - _EPOCH_ORDINAL) * DAY


def to_ms(moment: datetime) -> int:
    """Return an aware datetime as UTC milliseconds."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def to_datetime(ms: int) -> datetime:
    """Return UTC milliseconds as an aware datetime."""
    return _EPOCH + timedelta(milliseconds=ms)


def wall_to_ms(ordinal: int, minutes: float, zone: str) -> int:
    """Return the instant (whole seconds) at which a wall clock shows `minutes` after midnight.

    An hour that a clock change skips or repeats is read as Python does it (`fold=0`).
    """
    midnight = datetime.combine(date.fromordinal(ordinal), datetime.min.time())
    wall = midnight + timedelta(seconds=round(minutes * 60))
    return to_ms(wall.replace(tzinfo=ZoneInfo(zone)))


@lru_cache(maxsize=100_000)
def _utc_offset_of_quarter(quarter: int, zone: str) -> int:
    moment = to_datetime(quarter * 15 * MINUTE).astimezone(ZoneInfo(zone))
    return (moment.utcoffset() or timedelta()) // timedelta(milliseconds=1)


def utc_offset_ms(ms: int, zone: str) -> int:
    """Return how far the wall clock of `zone` is ahead of UTC at an instant.

    All clock changes of this century fall on a quarter of an hour in UTC, which is what is cached.
    """
    return _utc_offset_of_quarter(ms // (15 * MINUTE), zone)


def encode(ms: np.ndarray, encoding: Encoding, iso_offset_minutes: int = 0) -> Sequence[object]:
    """Write instants as a document does.

    Args:
        ms: UTC milliseconds, `int64`; whole seconds if `encoding` is "seconds".
        encoding: "datetime" gives naive UTC datetimes, which BSON stores as instants.
        iso_offset_minutes: UTC offset of ISO strings; 0 writes "Z".
    """
    if encoding == "datetime":
        return ms.astype("datetime64[ms]").tolist()
    if encoding == "milliseconds":
        return ms.tolist()
    if encoding == "seconds":
        return (ms // SECOND).tolist()
    return _iso_strings(ms, iso_offset_minutes)


def encode_one(ms: int, encoding: Encoding, iso_offset_minutes: int = 0) -> object:
    """Write one instant as `encode` does."""
    return encode(np.array([ms], dtype=np.int64), encoding, iso_offset_minutes)[0]


def _iso_strings(ms: np.ndarray, offset_minutes: int) -> list[str]:
    shifted = (ms + offset_minutes * MINUTE).astype("datetime64[ms]")
    texts = np.datetime_as_string(shifted, unit="ms" if (ms % SECOND).any() else "s").tolist()
    hours, minutes = divmod(abs(offset_minutes), 60)
    sign = "-" if offset_minutes < 0 else "+"
    suffix = f"{sign}{hours:02d}:{minutes:02d}" if offset_minutes else "Z"
    return [text + suffix for text in texts]
