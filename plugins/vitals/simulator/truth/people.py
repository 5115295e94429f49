"""Seed -> the simulated people: one account at every provider each, with home, body and habits.

Everything about a person follows from (seed, number), so that any process that knows these two
knows the person: the server, the tests and a truth file never have to exchange state.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np

# Home zone and, for those who travel, where to. Chosen for what goes wrong with them: both
# hemispheres' clock changes, half-hour offsets, a half-hour zone with clock changes, the date line.
HOMES = (
    ("Europe/Paris", "America/New_York"),
    ("America/New_York", "Asia/Tokyo"),
    ("Asia/Kolkata", None),
    ("Australia/Sydney", "Europe/London"),
    ("America/St_Johns", None),
    ("UTC", None),
    ("America/Los_Angeles", "Pacific/Auckland"),
    ("Asia/Tokyo", None),
    ("Pacific/Auckland", "Asia/Singapore"),
    ("America/Sao_Paulo", "Europe/Lisbon"),
)
EPOCH = date(1970, 1, 1)
DAY = 86_400


@dataclass(frozen=True)
class Account:
    """One person, with an account at each of the four providers."""

    seed: int
    number: int
    participant_id: str
    home_zone: str
    away_zone: str | None
    born: date
    sex: str
    height_mm: int
    weight_g: int
    resting_bpm: int
    stride_mm: int
    member_since: date
    has_scale: bool
    has_phone_steps: bool

    @property
    def google_id(self) -> str:
        """`healthUserId` of the Google Health API."""
        return str(110_000_000_000 + self.number * 7_919)

    @property
    def fitbit_id(self) -> str:
        """`encodedId` of the Fitbit Web API; Google calls it `legacyUserId`."""
        return f"SIM{self.number:03d}"

    @property
    def strava_id(self) -> int:
        """Athlete id at Strava."""
        return 90_000_000 + self.number

    @property
    def garmin_id(self) -> int:
        """`userProfileId` at Garmin."""
        return 70_000_000 + self.number

    @property
    def basal_kcal_per_minute(self) -> float:
        """Mifflin-St Jeor at the age of joining, per minute, to 4 decimals."""
        years = age_on(self.born, self.member_since)
        offset = 5 if self.sex == "M" else -161
        daily = 10 * self.weight_g / 1_000 + 0.625 * self.height_mm - 5 * years + offset
        return round(daily / 1_440, 4)

    def max_bpm(self, day: int) -> int:
        """Maximum heart rate that the providers assume on a civil day: 220 less completed years."""
        return 220 - age_on(self.born, to_date(day))

    def generator(self, stream: str, day: int = 0) -> np.random.Generator:
        """Random numbers of one purpose on one day; the same in every process."""
        salt = int.from_bytes(stream.encode()[:8], "little")
        return np.random.default_rng((self.seed, self.number, salt, day))


def make_account(seed: int, number: int) -> Account:
    """Make person `number` (from 1) of a seed."""
    draw = np.random.default_rng((seed, number, 0xACC0))
    home, away = HOMES[(number - 1) % len(HOMES)]
    female = bool(draw.integers(0, 2))
    height = int(draw.normal(1_660 if female else 1_790, 60))
    return Account(
        seed=seed,
        number=number,
        participant_id=f"p{number:04d}",
        home_zone=home,
        away_zone=away,
        born=date(2026, 1, 1) - timedelta(days=int(draw.integers(21, 70) * 365.25)),
        sex="F" if female else "M",
        height_mm=height,
        weight_g=int(draw.normal(23.5, 2.5) * (height / 1_000) ** 2 * 1_000),
        resting_bpm=int(draw.integers(48, 70)),
        stride_mm=int(height * 0.42),
        member_since=date(2024, 1, 1) + timedelta(days=int(draw.integers(0, 700))),
        has_scale=number % 3 != 0,
        has_phone_steps=number % 2 == 0,
    )


def age_on(born: date, day: date) -> int:
    """Completed years of age on a date."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@lru_cache(maxsize=4_096)
def to_date(day: int) -> date:
    """Date of a day number (days since 1970-01-01)."""
    return EPOCH + timedelta(days=day)


def to_day(value: date) -> int:
    """Day number of a date (days since 1970-01-01)."""
    return (value - EPOCH).days


def to_instant(epoch: int) -> datetime:
    """Aware UTC datetime of an epoch second."""
    return datetime.fromtimestamp(epoch, UTC)
