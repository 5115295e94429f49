"""Seed + number -> a participant: who they are, which devices they wear, where they live.

The first ten participants are made by hand, so that even a small cohort has one of every kind that
a warehouse gets wrong; from the eleventh on they are drawn at random from the same choices.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from vitals.synthetic.instants import ENCODINGS
from vitals.synthetic.people import Device, Habits, Person, Trips
from vitals.synthetic.randomness import Stream, generator


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
