"""Local wall-clock time -> instants, with the zone history of a person.

A clock is a list of zones with the instants from which each was in force. Where a wall-clock time
came twice (in autumn, on a journey to the west), its first reading counts unless the caller knows
better: records are in order of time, so a step back shows where the second reading begins.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

MICROS = 1_000_000
# Offsets and their changes are multiples of this everywhere since 1972.
_SLOT = 900
# No clock is set back by less; smaller steps back are records out of order.
_SETBACK = 900 * MICROS


@dataclass(frozen=True)
class Clock:
    """A zone history.

    Attributes:
        zones: (first instant in epoch seconds, or None for ever, IANA name or an offset such as
            UTC+05:30), in order of time.
        basis: where the history comes from, for the manifest.
    """

    zones: tuple[tuple[int | None, str], ...]
    basis: str

    @classmethod
    def read(cls, stated: object, basis: str) -> "Clock":
        """A clock from an IANA name, or a list of {valid_from, time_zone}.

        Raises:
            ValueError: a zone is unknown, or an entry has another form.
        """
        entries = [{"time_zone": stated}] if isinstance(stated, str) else stated
        if not isinstance(entries, list) or not entries:
            raise ValueError("a zone history is a name, or a list of valid_from and time_zone")
        zones = [_entry(item) for item in entries]
        zones.sort(key=lambda item: (item[0] is not None, item[0] or 0))
        return cls(tuple(zones), basis)

    @property
    def digest(self) -> str:
        """Tells whether two clocks show the same."""
        return hashlib.sha256(json.dumps(self.zones).encode()).hexdigest()[:16]

    def to_utc(self, wall: np.ndarray, in_order: bool = True) -> np.ndarray:
        """Instants of wall-clock times, both in microseconds.

        Args:
            wall: times as the clock showed them.
            in_order: whether they stand in the order in which they were lived through, so that
                a step back within a repeated hour means its second reading.
        """
        slots, inverse = np.unique(wall // (_SLOT * MICROS), return_inverse=True)
        readings = np.array([self._readings(int(slot) * _SLOT) for slot in slots], dtype=np.int64)
        readings = readings.reshape(-1, 2)[inverse]
        chosen = readings[:, 0]
        is_double = readings[:, 0] != readings[:, 1]
        if in_order and is_double.any():
            chosen = np.where(_second_reading(wall, is_double), readings[:, 1], chosen)
        return wall - chosen * MICROS

    def offset_at(self, instant: int) -> int:
        """Offset in seconds at an epoch second."""
        return _offset(self._zone_at(instant), instant)

    def _readings(self, wall: int) -> tuple[int, int]:
        """Offsets of the first and second reading of a wall-clock second; usually the same."""
        found = sorted(
            {offset for offset in self._offsets if self.offset_at(wall - offset) == offset},
            reverse=True,
        )
        if not found:  # skipped by the clock: read it as if the clock had not been set on yet
            return (self.offset_at(wall - max(self._offsets) - 3_600),) * 2
        return found[0], found[-1]

    @cached_property
    def _offsets(self) -> frozenset[int]:
        """Offsets that can have been in force: those of the zones at any time since 1990."""
        months = [int(datetime(year, month, 15, tzinfo=UTC).timestamp())
                  for year in range(1990, 2038) for month in range(1, 13)]  # fmt: skip
        names = {name for _, name in self.zones}
        return frozenset(_offset(_zone(name), at) for name in names for at in months)

    def _zone_at(self, instant: int) -> tzinfo:
        found = self.zones[0][1]
        for since, name in self.zones:
            if since is None or since <= instant:
                found = name
        return _zone(found)


def _second_reading(wall: np.ndarray, is_double: np.ndarray) -> np.ndarray:
    """Which of the times in repeated hours come after the clock was set back.

    A repeated hour is a run of doubled times; only within it a step back means anything.
    """
    back = np.append(False, np.diff(wall) <= -_SETBACK) & is_double
    runs = np.cumsum(np.append(True, np.diff(is_double.astype(np.int8)) != 0))
    steps = np.cumsum(back)
    starts = np.flatnonzero(np.append(True, np.diff(runs) != 0))
    before = steps[starts] - back[starts]
    return is_double & (steps - before[runs - 1] > 0)


@cache
def _zone(name: str) -> tzinfo:
    if name.startswith("UTC") and len(name) > 3:
        hours, minutes = int(name[4:6]), int(name[7:9])
        sign = -1 if name[3] == "-" else 1
        return timezone(sign * timedelta(hours=hours, minutes=minutes))
    return ZoneInfo(name)


def _offset(zone: tzinfo, instant: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=instant)
    return int(moment.astimezone(zone).utcoffset().total_seconds())  # type: ignore[union-attr]


def _entry(item: object) -> tuple[int | None, str]:
    if not isinstance(item, dict) or "time_zone" not in item:
        raise ValueError(f"{item!r} is no entry of a zone history: it needs time_zone")
    name, since = item["time_zone"], item.get("valid_from")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise ValueError(f"{name!r} is no IANA time zone such as Europe/Paris") from None
    if since is None:
        return None, name
    moment = datetime.fromisoformat(since)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()), name


@dataclass(frozen=True)
class StatedOffsets:
    """Offsets that an export states for some nights: what the watch really showed.

    A watch changes its zone when it syncs, not at the legal instant, so that in the nights of a
    journey these are right where a zone history is not.
    """

    nights: Sequence[tuple[int, int, int]]

    def as_clock(self) -> Clock:
        """A zone history of bare offsets: each from the first night on that states it."""
        zones: list[tuple[int | None, str]] = []
        for start, _, offset in sorted(self.nights):
            name = _offset_name(offset)
            if not zones or zones[-1][1] != name:
                zones.append((start if zones else None, name))
        return Clock(tuple(zones), f"offsets of {len(self.nights)} nights in UserSleeps")

    def offset_of(self, wall_start: int, seconds: int) -> int | None:
        """The offset of the night with this wall-clock start and length, or None."""
        for start, end, offset in self.nights:
            if abs(start + offset - wall_start) <= 60 and abs(end - start - seconds) <= 120:
                return offset
        return None


def _offset_name(offset: int) -> str:
    hours, minutes = divmod(abs(offset) // 60, 60)
    return f"UTC{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
