"""What a participant is: devices and their peculiarities, journeys, habits, the user document."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from vitals.synthetic.instants import (
    HOUR,
    Encoding,
    day_start,
    encode_one,
    to_ms,
    utc_offset_ms,
    wall_to_ms,
)

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
