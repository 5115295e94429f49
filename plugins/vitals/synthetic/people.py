"""Seed + number -> a participant: who they are, which devices they wear, where they live.

The first ten participants are made by hand, so that even a small cohort has one of every kind that
a warehouse gets wrong; from the eleventh on they are drawn at random from the same choices.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from vitals.synthetic.instants import (
    ENCODINGS,
    HOUR,
    Encoding,
    day_start,
    encode_one,
    to_ms,
    utc_offset_ms,
    wall_to_ms,
)
from vitals.synthetic.randomness import Stream, generator

SleepDetail = Literal["stages", "plain", "none"]


@dataclass(frozen=True)
class Device:
    """A watch and its peculiarities.

    Attributes:
        encoding: How its documents write instants; None: differs from document to document.
        clock_error_ms: How far its clock is ahead of the true time, in all it records.
        resolution_factor: Distance of its samples as a multiple of the cohort's resolution.
        sync_minutes: Distance of the moments at which it delivers its documents.
        offline: (period, first, days): every `period` days it cannot sync for some days.
        worn: (period, first, days): days of the cycle on which it is worn; None: always.
        day_only: Worn from 10 to 20 o'clock only.
        newest_first: Writes the samples of a document backwards.
        half_beats: Records heart rate in halves of a beat (a double), not in whole ones.
    """

    device_id: str
    encoding: Encoding | None = "datetime"
    iso_offset_minutes: int = 0
    clock_error_ms: int = 0
    resolution_factor: float = 1.0
    sync_minutes: int = 15
    offline: tuple[int, int, int] | None = None
    worn: tuple[int, int, int] | None = None
    day_only: bool = False
    sleep: SleepDetail = "stages"
    has_confidence: bool = True
    half_beats: bool = False
    newest_first: bool = False
    resets_clock: bool = False
    step_gain: float = 1.0

    def is_worn_on(self, ordinal: int) -> bool:
        """Return whether the device is the one in use on a day."""
        return self.worn is None or in_cycle(self.worn, ordinal)


@dataclass(frozen=True)
class Trips:
    """A journey of `days` days to `zone`, every `period` days."""

    zone: str
    period: int = 28
    first: int = 0
    days: int = 8

    def changes(self, first_day: int, last_day: int) -> Iterator[tuple[int, bool]]:
        """Yield (instant, away?) of each departure (09:00 UTC) and return (15:00 UTC)."""
        for ordinal in range(first_day, last_day + 1):
            phase = (ordinal - self.first) % self.period
            if phase == 0:
                yield day_start(ordinal) + 9 * HOUR, True
            if phase == self.days:
                yield day_start(ordinal) + 15 * HOUR, False

    def is_away(self, ms: int) -> bool:
        """Return whether the traveller is away at an instant."""
        ordinal = date(1970, 1, 1).toordinal() + ms // (24 * HOUR)
        phase, time = (ordinal - self.first) % self.period, ms % (24 * HOUR)
        if phase == 0:
            return time >= 9 * HOUR
        return phase < self.days or (phase == self.days and time < 15 * HOUR)


@dataclass(frozen=True)
class Habits:
    """What a participant's days are like; times in minutes after local midnight."""

    bedtime: int = -60
    sleep_minutes: int = 460
    nap: float = 0.05
    exercise: float = 0.45
    not_worn: float = 0.03
    short_day: float = 0.05
    night_off: float = 0.06
    split_sleep: float = 0.15
    resting_bpm: float = 58.0


ZoneForm = Literal["name", "history", "absent"]


@dataclass(frozen=True)
class Person:
    """A participant. `stated_zone` says how the user document gives the time zone."""

    index: int
    user_id: str
    home_zone: str
    country: str
    devices: tuple[Device, ...]
    stated_zone: ZoneForm = "name"
    dob: date | None = None
    age: int | None = None
    gender: str = "female"
    height_cm: int = 170
    created_at: datetime = datetime(2024, 1, 10, 12, tzinfo=UTC)
    trips: Trips | None = None
    habits: Habits = field(default_factory=Habits)
    also_claims: tuple[str, ...] = ()
    registered_late_days: int = 0
    document_encoding: Encoding = "datetime"

    def zone_at(self, ms: int) -> str:
        """Return the IANA zone that the participant's clock shows at an instant."""
        if self.trips is not None and self.trips.is_away(ms):
            return self.trips.zone
        return self.home_zone

    def utc_offset_ms(self, ms: int) -> int:
        """Return how far the participant's clock is ahead of UTC at an instant."""
        return utc_offset_ms(ms, self.zone_at(ms))

    def wall_to_ms(self, ordinal: int, minutes: float) -> int:
        """Return the instant of a wall-clock time, in the zone in force at noon UTC of the day."""
        return wall_to_ms(ordinal, minutes, self.zone_at(day_start(ordinal) + 12 * HOUR))

    def zone_history(self, first_day: date, last_day: date) -> list[tuple[int, str]]:
        """Return (valid from, zone) as the user document knows it after `last_day`; may be empty.

        A traveller's history starts with the year of `first_day`. Other histories have one entry,
        from the month of `last_day`, and so say nothing about what was before it.
        """
        if self.stated_zone == "absent":
            return []
        if self.trips is None:
            return [(day_start(last_day.replace(day=1).toordinal()), self.home_zone)]
        new_year = date(first_day.year, 1, 1).toordinal()
        changes = self.trips.changes(new_year, last_day.toordinal())
        start = day_start(new_year)
        return [(start, self.zone_at(start))] + [
            (instant, self.trips.zone if away else self.home_zone) for instant, away in changes
        ]

    def document(self, first_day: date, last_day: date) -> dict[str, object]:
        """Return the user document, without `_id`, as it stands at the end of `last_day`."""
        document: dict[str, object] = {
            "user_id": self.user_id,
            "age": self.age,
            "dob": self._encoded_dob(),
            "gender": self.gender,
            "height": self.height_cm,
            "email": f"{self.user_id}@example.org",
            "devices": [device.device_id for device in self.devices] + list(self.also_claims),
            "created_at": self._encoded(to_ms(self.created_at)),
            "time_zone": self._stated_zone(first_day, last_day),
            "country": self.country,
        }
        return {key: value for key, value in document.items() if value is not None}

    def _encoded(self, ms: int) -> object:
        return encode_one(ms, self.document_encoding)

    def _encoded_dob(self) -> object:
        if self.dob is None or self.document_encoding == "iso":
            return self.dob and self.dob.isoformat()
        return datetime.combine(self.dob, datetime.min.time())

    def _stated_zone(self, first_day: date, last_day: date) -> object:
        if self.stated_zone == "absent":
            return None
        if self.stated_zone == "name":
            return self.home_zone
        return [
            {"valid_from": self._encoded(instant), "time_zone": zone}
            for instant, zone in self.zone_history(first_day, last_day)
        ]


def in_cycle(cycle: tuple[int, int, int], ordinal: int) -> bool:
    """Return whether a day is one of the `days` from `first` on in each `period` of days."""
    period, first, days = cycle
    return (ordinal - first) % period < days


def person(seed: int, index: int, default_zone: str) -> Person:
    """Return participant number `index` (from 0) of the cohort with this seed.

    Args:
        seed: The cohort's seed.
        index: Number of the participant.
        default_zone: Where participants live whose document does not say so.
    """
    made = _BY_HAND[index] if index < len(_BY_HAND) else _drawn(seed, index)
    if made.stated_zone == "absent":
        made = replace(made, home_zone=default_zone)
    rng = generator(seed, Stream.PERSON, index, 1)
    habits = replace(
        made.habits,
        bedtime=made.habits.bedtime + int(rng.integers(-20, 21)),
        sleep_minutes=made.habits.sleep_minutes + int(rng.integers(-25, 26)),
        resting_bpm=float(rng.integers(48, 70)),
    )
    return replace(made, habits=habits, height_cm=int(rng.integers(152, 200)))


def _device(index: int, letter: str, **peculiarities: object) -> Device:
    return Device(device_id=f"watch-{index + 1:04d}-{letter}", **peculiarities)  # type: ignore[arg-type]


def _person(index: int, zone: str, country: str, **facts: object) -> Person:
    return Person(
        index=index,
        user_id=f"p{index + 1:04d}",
        home_zone=zone,
        country=country,
        created_at=datetime(2024, 1, 10, 12, tzinfo=UTC) + timedelta(days=11 * (index % 50)),
        **facts,  # type: ignore[arg-type]
    )


_BY_HAND = (
    # Two watches at once, with different counts and different opinions about sleep.
    _person(
        0,
        "Europe/Oslo",
        "NO",
        dob=date(1988, 4, 2),
        devices=(
            _device(0, "a"),
            _device(
                0,
                "b",
                encoding="iso",
                iso_offset_minutes=60,
                day_only=True,
                step_gain=1.1,
                resolution_factor=1.5,
                sync_minutes=60,
            ),
        ),
    ),
    # A traveller across the date line; the history of zones grows while the study runs.
    _person(
        1,
        "America/New_York",
        "US",
        dob=date(1975, 3, 29),
        gender="male",
        stated_zone="history",
        trips=Trips(zone="Asia/Tokyo", first=24),
        devices=(_device(1, "a", encoding="milliseconds", half_beats=True),),
    ),
    # Half-hour zone without DST; a clock that is 97 seconds fast; only an age, no date of birth.
    _person(
        2,
        "Asia/Kolkata",
        "IN",
        age=41,
        document_encoding="iso",
        devices=(_device(2, "a", encoding="seconds", clock_error_ms=97_000, resets_clock=True),),
    ),
    # Nothing known but the devices; syncs once in a while.
    _person(
        3,
        "UTC",
        "GB",
        stated_zone="absent",
        gender="male",
        devices=(_device(3, "a", encoding=None, offline=(11, 2, 4), sync_minutes=360),),
    ),
    # Half-hour zone with DST in the south; sleep without stages; registered after the first data.
    _person(
        4,
        "Australia/Adelaide",
        "AU",
        dob=date(1999, 12, 31),
        registered_late_days=3,
        document_encoding="milliseconds",
        habits=Habits(nap=0.2, not_worn=0.06),
        devices=(_device(4, "a", encoding="iso", sleep="plain", newest_first=True),),
    ),
    # A night worker who changes between two watches, in a zone without DST.
    _person(
        5,
        "Asia/Tokyo",
        "JP",
        age=29,
        gender="male",
        document_encoding="seconds",
        habits=Habits(bedtime=8 * 60, sleep_minutes=420),
        devices=(
            _device(5, "a", encoding="seconds", has_confidence=False, worn=(16, 0, 9)),
            _device(5, "b", worn=(16, 8, 8), offline=(16, 12, 3)),
        ),
    ),
    # Naps; a zone history that says nothing about the time before this month.
    _person(
        6,
        "America/Sao_Paulo",
        "BR",
        dob=date(1961, 6, 15),
        stated_zone="history",
        document_encoding="iso",
        habits=Habits(nap=0.5, exercise=0.2),
        devices=(_device(6, "a", encoding="milliseconds", clock_error_ms=-2_350),),
    ),
    # Rarely worn, never at night.
    _person(
        7,
        "Pacific/Auckland",
        "NZ",
        age=67,
        gender="male",
        habits=Habits(not_worn=0.3, short_day=0.4),
        devices=(_device(7, "a", encoding=None, day_only=True, sleep="none"),),
    ),
    # Also lists the watch of the next participant, who registered later and so keeps it.
    _person(
        8,
        "America/Los_Angeles",
        "US",
        dob=date(1993, 11, 3),
        also_claims=("watch-0010-a",),
        devices=(_device(8, "a", encoding="iso", iso_offset_minutes=-480, has_confidence=False),),
    ),
    # Two watches night and day, often travelling.
    _person(
        9,
        "Europe/London",
        "GB",
        dob=date(1983, 2, 28),
        stated_zone="history",
        trips=Trips(zone="Asia/Kathmandu", period=14, first=5, days=3),
        devices=(
            _device(9, "a", encoding="milliseconds"),
            _device(9, "b", encoding="datetime", sleep="plain", step_gain=0.92, sync_minutes=360),
        ),
    ),
)

# Wears a watch now and then that no user document mentions.
STRANGER = _person(
    9998,
    "Europe/Oslo",
    "NO",
    devices=(_device(9998, "a", day_only=True, worn=(16, 4, 2), sleep="none"),),
)

_PLACES = (
    ("Europe/Oslo", "NO"),
    ("Europe/Berlin", "DE"),
    ("America/New_York", "US"),
    ("America/Denver", "US"),
    ("Asia/Kolkata", "IN"),
    ("Asia/Singapore", "SG"),
    ("Australia/Sydney", "AU"),
    ("America/St_Johns", "CA"),
    ("Africa/Nairobi", "KE"),
)


def _drawn(seed: int, index: int) -> Person:
    rng = generator(seed, Stream.PERSON, index)
    zone, country = _PLACES[rng.integers(len(_PLACES))]
    age = int(rng.integers(18, 86))
    state_age, travels = rng.random(2) < (0.2, 0.1)
    born = date(2024, 6, 1) - timedelta(days=age * 365 + int(rng.integers(365)))
    devices = [
        _device(
            index,
            letter,
            encoding=ENCODINGS[rng.integers(len(ENCODINGS))],
            sync_minutes=int(rng.choice([15, 60, 360])),
            offline=(19, int(rng.integers(19)), int(rng.integers(1, 6))),
            sleep=("stages", "stages", "plain")[rng.integers(3)],
        )
        for letter in ("ab" if rng.random() < 0.1 else "a")
    ]
    return _person(
        index,
        zone,
        country,
        age=age if state_age else None,
        dob=None if state_age else born,
        gender=("female", "male", "other")[rng.choice(3, p=[0.49, 0.49, 0.02])],
        stated_zone="history" if travels else "name",
        trips=Trips("Europe/Lisbon", 28, int(rng.integers(28)), 6) if travels else None,
        document_encoding=ENCODINGS[rng.integers(len(ENCODINGS))],
        devices=tuple(devices),
    )
