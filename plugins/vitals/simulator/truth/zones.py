"""Account and instant -> time zone and UTC offset, including travel and clock changes.

Everything works in slots of half an hour: every zone used here changes its clock, and every
traveller arrives, at a multiple of 30 minutes UTC, and so each local midnight is a slot boundary
too. A civil day is then exactly a set of slots, also when it has 23 hours or is met twice on a
journey.
"""

from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from vitals.simulator.truth.people import DAY, Account, date, to_date, to_day, to_instant

SLOT = 1_800
SLOTS = DAY // SLOT
MIDDAY = 13 * 3_600


@dataclass(frozen=True)
class Trip:
    """A stay in another zone, [left, back) in epoch seconds."""

    left: int
    back: int
    zone: str


@lru_cache(maxsize=4_096)
def trip_of_quarter(account: Account, year: int, quarter: int) -> Trip | None:
    """The one trip that a traveller makes in a quarter; it never crosses the quarter's end."""
    first = to_day(date(year, quarter * 3 + 1, 1))
    if account.away_zone is None or first < 0:
        return None
    draw = account.generator("trip", first)
    left = first + int(draw.integers(15, 45))
    back = left + int(draw.integers(5, 12))
    return Trip(
        left=wall_to_epoch(left, MIDDAY, account.home_zone),
        back=wall_to_epoch(back, MIDDAY, account.away_zone),
        zone=account.away_zone,
    )


def wall_to_epoch(day: int, second: int, zone: str) -> int:
    """Epoch second at which a zone's wall clock shows `second` of civil `day` (a midday time)."""
    guess = day * DAY + second
    return guess - offset_in(zone, guess - offset_in(zone, guess))


def offset_in(zone: str, epoch: int) -> int:
    """UTC offset of a zone at an instant, in seconds."""
    local = to_instant(epoch).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    return int(local.timestamp()) - epoch


def zone_at(account: Account, epoch: int) -> str:
    """IANA name of the zone that an account is in at an instant."""
    when = to_instant(epoch)
    trip = trip_of_quarter(account, when.year, (when.month - 1) // 3)
    if trip and trip.left <= epoch < trip.back:
        return trip.zone
    return account.home_zone


@lru_cache(maxsize=16_384)
def slot_offsets(account: Account, day: int) -> np.ndarray:
    """UTC offsets in seconds of the 48 half-hours of a UTC day."""
    starts = range(day * DAY, (day + 1) * DAY, SLOT)
    offsets = np.array([offset_in(zone_at(account, at), at) for at in starts], dtype=np.int64)
    offsets.setflags(write=False)
    return offsets


def offset_at(account: Account, epoch: int) -> int:
    """UTC offset in force for an account at an instant, in seconds."""
    return int(slot_offsets(account, epoch // DAY)[epoch % DAY // SLOT])


def offsets_at(account: Account, epochs: np.ndarray) -> np.ndarray:
    """UTC offsets in force at each of many instants."""
    days = epochs // DAY
    offsets = np.empty(len(epochs), dtype=np.int64)
    for day in np.unique(days):
        here = days == day
        offsets[here] = slot_offsets(account, int(day))[epochs[here] % DAY // SLOT]
    return offsets


def civil_day(account: Account, epoch: int) -> int:
    """Day number of the local date at an instant."""
    return (epoch + offset_at(account, epoch)) // DAY


@lru_cache(maxsize=16_384)
def slots_of_civil_day(account: Account, day: int) -> tuple[tuple[int, int], ...]:
    """(start, offset) of each half-hour of a civil day, in order of time.

    46 to 50 of them on clock changes; any number, also none or in two runs, on a journey.
    """
    found = []
    for utc_day in (day - 1, day, day + 1):
        offsets = slot_offsets(account, utc_day)
        for index in range(SLOTS):
            start = utc_day * DAY + index * SLOT
            if (start + int(offsets[index])) // DAY == day:
                found.append((start, int(offsets[index])))
    return tuple(found)


def instant_of(account: Account, day: int, second: int) -> int | None:
    """First instant whose wall clock shows `second` of a civil day; None if it never does."""
    for start, offset in slots_of_civil_day(account, day):
        local = (start + offset) % DAY
        if local <= second < local + SLOT:
            return start + second - local
    return None


def history(account: Account, start: int, end: int) -> list[tuple[int, str]]:
    """Zones in [start, end): (first instant, IANA name) for each change, the first at `start`."""
    changes = [(start, zone_at(account, start))]
    for year in range(to_date(start // DAY).year, to_date(end // DAY).year + 1):
        for quarter in range(4):
            trip = trip_of_quarter(account, year, quarter)
            if trip is None:
                continue
            for at in (trip.left, trip.back):
                if start < at < end:
                    changes.append((at, zone_at(account, at)))
    return changes
