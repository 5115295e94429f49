"""Seed + number -> heart-rate event: what the people of a cohort would stream, of known truth.

Event number i belongs to person i modulo the number of people and depends on nothing but the seed,
the sizes and i: any range of events can be made again, by any process, in any order. So a test that
counts and compares needs no copy of what was sent. People do what `daily_life` says at the time.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa

from vitals.synthetic.activities import ACTIVITIES, home_of
from vitals.synthetic.cohort import Cohort
from vitals.synthetic.daily_life import BLOCK_MS, likelihoods, winter
from vitals.synthetic.instants import DAY, HOUR, to_datetime, to_ms, utc_offset_ms
from vitals.synthetic.people import Person

SCHEMA = pa.schema(
    {
        "user_id": pa.string(),
        "heart_rate": pa.int32(),
        "ts_ms": pa.int64(),
        "activity_id": pa.string(),
        "latitude": pa.float64(),
        "longitude": pa.float64(),
    }
)

_ACTIVITY, _NOISE, _NORTH, _EAST = range(4)  # what is drawn; part of the seed


@dataclass(frozen=True)
class HeartEvents:
    """The events of a cohort.

    Attributes:
        start: instant of the first event, with a time zone.
        people: how many participants.
        interval_seconds: between two events of a participant.
        seed: of the cohort; another seed makes other people.
        default_time_zone: where participants live who state no time zone.
    """

    start: datetime
    people: int = 8
    interval_seconds: float = 1.0
    seed: int = 1
    default_time_zone: str = "UTC"
    _offsets: dict[tuple[int, int], int] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def cohort(self) -> tuple[Person, ...]:
        """Who is measured."""
        cohort = Cohort(
            seed=self.seed,
            participants=self.people,
            default_time_zone=self.default_time_zone,
        )
        return cohort.people

    def table(self, first: int, count: int) -> pa.Table:
        """Events number `first` to `first + count - 1`, in order; times ascend."""
        numbers = np.arange(first, first + count, dtype=np.int64)
        who, tick = numbers % self.people, numbers // self.people
        ts_ms = to_ms(self.start) + np.round(numbers * self._step_ms).astype(np.int64)
        local_ms = ts_ms + self._offset_ms(who, ts_ms)
        homes = self._homes
        season = winter(ts_ms, homes["latitude"][who])
        doing = self._doing(who, local_ms, season)
        where = {
            axis: np.round(homes[axis][who] + 0.05 * (self._drawn(what, who, tick) - 0.5), 5)
            for axis, what in (("latitude", _NORTH), ("longitude", _EAST))
        }
        columns = {
            "user_id": self._names.take(pa.array(who)),
            "heart_rate": self._heart_rate(who, tick, doing, season),
            "ts_ms": ts_ms,
            "activity_id": pa.array([one.activity_id for one in ACTIVITIES]).take(pa.array(doing)),
            **where,
        }
        return pa.table(columns, schema=SCHEMA)

    @property
    def _step_ms(self) -> float:
        """Between two events, of whomever."""
        return self.interval_seconds * 1000 / self.people

    @cached_property
    def _names(self) -> pa.Array:
        return pa.array([person.user_id for person in self.cohort])

    @cached_property
    def _homes(self) -> dict[str, np.ndarray]:
        homes = [home_of(person) for person in self.cohort]
        return {
            "latitude": np.array([home.latitude for home in homes]),
            "longitude": np.array([home.longitude for home in homes]),
            "country": np.array([home.country_code for home in homes]),
        }

    @cached_property
    def _resting_bpm(self) -> np.ndarray:
        return np.array([person.habits.resting_bpm for person in self.cohort])

    @cached_property
    def _effort(self) -> np.ndarray:
        """By how much the heart of each person goes up for one MET: more with age."""
        year = self.start.year
        ages = [one.age or (year - one.dob.year if one.dob else 40) for one in self.cohort]
        return 10 + (np.array(ages) - 40) / 20

    def _offset_ms(self, who: np.ndarray, ts_ms: np.ndarray) -> np.ndarray:
        """How far each person's clock is ahead of UTC at home, at noon of the UTC day."""
        pairs, back = np.unique(ts_ms // DAY * self.people + who, return_inverse=True)
        return np.array([self._offset(*divmod(int(pair), self.people)) for pair in pairs])[back]

    def _offset(self, day: int, index: int) -> int:
        if (day, index) not in self._offsets:
            noon = day * DAY + DAY // 2
            self._offsets[day, index] = utc_offset_ms(noon, self.cohort[index].home_zone)
        return self._offsets[day, index]

    def _doing(self, who: np.ndarray, local_ms: np.ndarray, season: np.ndarray) -> np.ndarray:
        """Positions in ACTIVITIES; a person keeps to one for a block of local time."""
        hour = local_ms // HOUR % 24
        cold = (season > 0).astype(np.int64)
        chances = np.stack([likelihoods(country) for country in self._countries])
        of_event = chances[self._country_of[who], cold, hour].cumsum(axis=1)
        drawn = self._drawn(_ACTIVITY, who, local_ms // BLOCK_MS) * of_event[:, -1]
        return (of_event < drawn[:, None]).sum(axis=1)

    @cached_property
    def _countries(self) -> list[str]:
        return sorted(set(self._homes["country"]))

    @cached_property
    def _country_of(self) -> np.ndarray:
        return np.searchsorted(self._countries, self._homes["country"])

    def _heart_rate(
        self, who: np.ndarray, tick: np.ndarray, doing: np.ndarray, season: np.ndarray
    ) -> np.ndarray:
        mets = np.array([one.met for one in ACTIVITIES])[doing]
        noise = 8 * (self._drawn(_NOISE, who, tick) + self._drawn(_NOISE, who, ~tick) - 1)
        bpm = self._resting_bpm[who] + self._effort[who] * (mets - 1) + 3 * season + noise
        return np.clip(np.round(bpm), 38, 205).astype(np.int32)

    def _drawn(self, what: int, who: np.ndarray, when: np.ndarray) -> np.ndarray:
        """Numbers of [0, 1) that depend on their arguments alone."""
        with np.errstate(over="ignore"):
            mixed = _mix(when.astype(np.uint64) ^ _mix(who.astype(np.uint64) + np.uint64(1)))
            mixed = _mix(mixed ^ _mix(np.uint64(self.seed * 16 + what) + np.zeros_like(mixed)))
        return (mixed >> np.uint64(11)) / float(1 << 53)


def first_and_last(events: HeartEvents, count: int) -> tuple[datetime, datetime]:
    """Instants of the first and the last of `count` events."""
    ends = [events.table(number, 1)["ts_ms"][0].as_py() for number in (0, count - 1)]
    return to_datetime(ends[0]), to_datetime(ends[1])


def _mix(numbers: np.ndarray) -> np.ndarray:
    """SplitMix64: spreads every bit over all of them."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
