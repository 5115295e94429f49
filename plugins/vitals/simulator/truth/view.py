"""Truth and a clock -> what the providers of one account can know by now.

Nothing recorded after the device's last sync is visible, and nothing before the account existed.
All instants are epoch seconds UTC; days are day numbers of civil dates unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vitals.simulator.truth.devices import Device, devices_of, last_sync
from vitals.simulator.truth.exercises import Exercise
from vitals.simulator.truth.measures import DayMeasures, NightSamples, Weighing, night_samples
from vitals.simulator.truth.nights import Sleep
from vitals.simulator.truth.people import DAY, Account, to_day
from vitals.simulator.truth.zones import civil_day, instant_of, slots_of_civil_day

if TYPE_CHECKING:
    from vitals.simulator.truth import Truth

FOREVER = 1 << 40
# Daily values are computed by the provider at the first sync after this local hour.
DAILY_READY_HOUR = 10
MINUTE_FIELDS = ("start", "civil_day", "worn", "steps", "distance_mm", "floors", "active_kcal")


@dataclass(frozen=True)
class MinuteTable:
    """Minutes of a range, as columns."""

    start: np.ndarray
    civil_day: np.ndarray
    worn: np.ndarray
    steps: np.ndarray
    distance_mm: np.ndarray
    floors: np.ndarray
    active_kcal: np.ndarray
    restated: np.ndarray
    bpm_mean: np.ndarray
    zone: np.ndarray

    def where(self, mask: np.ndarray) -> MinuteTable:
        """The minutes of a mask."""
        return MinuteTable(**{name: column[mask] for name, column in vars(self).items()})


def empty_minutes() -> MinuteTable:
    """A table without minutes, its columns typed like those of any other."""
    whole, real = np.array([], dtype=np.int64), np.array([], dtype=np.float64)
    columns = dict.fromkeys(MinuteTable.__dataclass_fields__, whole)
    flags = dict.fromkeys(("worn", "restated"), np.array([], dtype=bool))
    return MinuteTable(**columns | flags | {"active_kcal": real, "bpm_mean": real})


NO_MINUTES = empty_minutes()
NO_SAMPLES = (np.array([], dtype=np.int64), np.array([], dtype=np.int64))


class View:
    """What is known of one account at one instant."""

    def __init__(self, truth: Truth, account: Account, now: int | None) -> None:
        self.truth = truth
        self.account = account
        self.now = FOREVER if now is None else now
        self.until = FOREVER if now is None else last_sync(account, now)
        self.since = to_day(account.member_since) * DAY

    @property
    def first_day(self) -> int:
        """First day that can have data."""
        return self.since // DAY

    @property
    def last_day(self) -> int:
        """Last UTC day that can have data; meaningless for a view of everything."""
        return self.until // DAY

    def minutes(self, utc_day: int) -> MinuteTable:
        """Known minutes of a UTC day."""
        if not self.first_day <= utc_day <= self.last_day:
            return NO_MINUTES
        minutes = self.truth.minutes(self.account, utc_day)
        heart = self.truth.heart(self.account, utc_day)
        table = MinuteTable(
            **{name: getattr(minutes, name) for name in MINUTE_FIELDS},
            restated=minutes.restated,
            bpm_mean=heart.minute_mean,
            zone=heart.zone,
        )
        whole = self.since <= utc_day * DAY and (utc_day + 1) * DAY <= self.until
        return table if whole else table.where(self.knows(minutes.start, 60))

    def minutes_of_civil_day(self, day: int) -> MinuteTable:
        """Known minutes of a civil day, in order of time."""
        return self.minutes_between(day, day)

    def minutes_between(self, first: int, last: int) -> MinuteTable:
        """Known minutes of the civil days `first` to `last`, both included."""
        slots = [
            start for day in (first, last) for start, _ in slots_of_civil_day(self.account, day)
        ]
        begin, end = (min(slots) // DAY, max(slots) // DAY) if slots else (first - 1, last + 1)
        parts = []
        for utc_day in range(begin, end + 1):
            table = self.minutes(utc_day)
            parts.append(table.where((table.civil_day >= first) & (table.civil_day <= last)))
        columns = {name: [vars(part)[name] for part in parts] for name in vars(parts[0])}
        return MinuteTable(**{name: np.concatenate(column) for name, column in columns.items()})

    def heart(self, utc_day: int) -> tuple[np.ndarray, np.ndarray]:
        """Known heart-rate samples of a UTC day: instants and bpm."""
        if not self.first_day <= utc_day <= self.last_day:
            return NO_SAMPLES
        heart = self.truth.heart(self.account, utc_day)
        known = self.knows(heart.at, 0)
        return heart.at[known], heart.bpm[known]

    def heart_between(self, start: int, end: int) -> tuple[np.ndarray, np.ndarray]:
        """Known heart-rate samples in [start, end)."""
        days = range(start // DAY, (end - 1) // DAY + 1)
        parts = [self.heart(day) for day in days]
        if not parts:
            return NO_SAMPLES
        at = np.concatenate([part[0] for part in parts])
        bpm = np.concatenate([part[1] for part in parts])
        here = (at >= start) & (at < end)
        return at[here], bpm[here]

    def heart_of_civil_day(self, day: int) -> tuple[np.ndarray, np.ndarray]:
        """Known heart-rate samples of a civil day."""
        starts = np.array([start for start, _ in slots_of_civil_day(self.account, day)])
        if not len(starts):
            return NO_SAMPLES
        at, bpm = self.heart_between(int(starts[0]), int(starts[-1]) + 1_800)
        here = np.isin(at // 1_800 * 1_800, starts)
        return at[here], bpm[here]

    def sleeps(self, first: int, last: int) -> list[Sleep]:
        """Known sleeps that end on the civil days `first` to `last`, by time of end."""
        found = []
        for day in self.days(first, last):
            sleeps = self.truth.sleeps(self.account, day)
            found += [
                sleep for sleep in sleeps if self.since <= sleep.start and self.has(sleep.end)
            ]
        return sorted(found, key=lambda sleep: sleep.end)

    def exercises(self, first: int, last: int) -> list[Exercise]:
        """Known exercises that start on the civil days `first` to `last`, by time of start."""
        found = []
        for day in self.days(first, last):
            exercises = self.truth.exercises(self.account, day)
            found += [one for one in exercises if self.since <= one.start and self.has(one.end)]
        return sorted(found, key=lambda exercise: exercise.start)

    def weighings(self, first: int, last: int) -> list[Weighing]:
        """Known weighings of the civil days `first` to `last`, in order of time."""
        found = []
        for day in self.days(first, last):
            weighings = self.truth.weighings(self.account, day)
            found += [one for one in weighings if self.since <= one.at and self.has(one.at)]
        return found

    def measures(self, day: int) -> DayMeasures | None:
        """Daily values of a civil day; None before they are computed or where there are none."""
        ready = instant_of(self.account, day, DAILY_READY_HOUR * 3_600)
        if ready is None or day < self.first_day or not self.has(ready):
            return None
        measures = self.truth.measures(self.account, day)
        return measures if any(value is not None for value in vars(measures).values()) else None

    def night(self, day: int) -> tuple[Sleep, NightSamples] | None:
        """The main sleep of a civil day with its HRV and SpO2 samples, or None."""
        main = next((sleep for sleep in self.sleeps(day, day) if sleep.is_main), None)
        return None if main is None else (main, night_samples(self.account, main))

    def devices(self) -> list[Device]:
        """Paired devices with their last sync."""
        return devices_of(self.account, self.now)

    def today(self) -> int:
        """Civil day at the view's instant."""
        return civil_day(self.account, self.now)

    def days(self, first: int, last: int) -> range:
        """Civil days of [first, last] that can hold data."""
        ceiling = last if self.until == FOREVER else min(last, self.last_day + 1)
        return range(max(first, self.first_day), ceiling + 1)

    def has(self, epoch: int) -> bool:
        """Whether something complete at `epoch` is known."""
        return epoch <= self.until

    def knows(self, epochs: np.ndarray, length: int) -> np.ndarray:
        """Which records that start at `epochs` and last `length` seconds are known."""
        return (epochs >= self.since) & (epochs + length <= self.until)
