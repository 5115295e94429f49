"""Account and civil day -> its exercises; exercise -> laps and one-second streams."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vitals.simulator.truth.nights import is_worn
from vitals.simulator.truth.people import Account
from vitals.simulator.truth.zones import instant_of

LAP_SECONDS = 600


@dataclass(frozen=True)
class Kind:
    """A sort of exercise: each provider's word for it, and how fast and hard it is."""

    name: str
    google: str
    fitbit_id: int
    strava: str
    garmin: str
    metres_per_second: float
    steps_per_minute: int
    effort: float


KINDS = (
    Kind("Run", "RUNNING", 90009, "Run", "running", 2.8, 160, 0.72),
    Kind("Walk", "WALKING", 90013, "Walk", "walking", 1.4, 110, 0.38),
    Kind("Bike", "BIKING", 90001, "Ride", "cycling", 6.5, 0, 0.62),
    Kind("Yoga", "YOGA", 52001, "Yoga", "yoga", 0.0, 0, 0.25),
)
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
STARTS = (7.25, 12.25, 17.5)


@dataclass(frozen=True)
class Exercise:
    """One exercise, [start, end) in whole minutes of epoch seconds, with one pause inside."""

    account: Account
    day: int
    index: int
    kind: Kind
    start: int
    end: int
    pause_start: int
    pause_seconds: int
    distance_m: float
    elevation_m: float
    is_private: bool
    is_manual: bool
    updated_at: int
    revision: int

    @property
    def number(self) -> int:
        """Identifier, unique over all accounts, the same at each provider."""
        return self.account.number * 10_000_000 + self.day * 100 + self.index + 1

    @property
    def elapsed_seconds(self) -> int:
        """Length including the pause."""
        return self.end - self.start

    @property
    def moving_seconds(self) -> int:
        """Length without the pause."""
        return self.elapsed_seconds - self.pause_seconds

    @property
    def name(self) -> str:
        """Title; a restatement edits it."""
        return self.kind.name + (" (edited)" if self.revision else "")


@lru_cache(maxsize=16_384)
def planned_exercises(account: Account, day: int) -> tuple[Exercise, ...]:
    """Exercises of a civil day as first recorded: none, one or two."""
    if not is_worn(account, day):
        return ()
    draw = account.generator("exercise", day)
    count = int(draw.choice((0, 1, 2), p=(0.45, 0.45, 0.1)))
    slots = sorted(draw.choice(len(STARTS), size=count, replace=False))
    planned = [plan_exercise(account, day, i, int(slot), draw) for i, slot in enumerate(slots)]
    return tuple(exercise for exercise in planned if exercise is not None)


def plan_exercise(
    account: Account, day: int, index: int, slot: int, draw: np.random.Generator
) -> Exercise | None:
    """One exercise that starts at the local time of a slot, if that time exists on the day."""
    kind = KINDS[int(draw.choice(len(KINDS), p=WEIGHTS))]
    minute = int(STARTS[slot] * 60 + draw.integers(0, 40))
    minutes = int(draw.integers(20, 90))
    pause_at, pause = int(draw.integers(5, 15)) * 60, int(draw.integers(0, 4)) * 60
    pace = kind.metres_per_second * draw.normal(1, 0.06)
    climb = round(float(draw.gamma(2, 20)), 1) if kind.metres_per_second else 0.0
    start = instant_of(account, day, minute * 60)
    if start is None:
        return None
    return Exercise(
        account=account,
        day=day,
        index=index,
        kind=kind,
        start=start,
        end=start + minutes * 60,
        pause_start=start + pause_at,
        pause_seconds=pause,
        distance_m=round(float(pace * (minutes * 60 - pause)), 1),
        elevation_m=climb,
        is_private=bool(draw.random() < 0.1),
        is_manual=bool(draw.random() < 0.05),
        updated_at=start + minutes * 60 + 300,
        revision=0,
    )


def exercises_of(account: Account, day: int, revision: int) -> tuple[Exercise, ...]:
    """Exercises of a civil day as they stand at a revision.

    A restatement corrects the distance, edits the name and deletes the day's second exercise.
    """
    planned = planned_exercises(account, day)
    if revision == 0:
        return planned
    return tuple(
        Exercise(
            **{
                **vars(exercise),
                "distance_m": round(exercise.distance_m * (1 + 0.01 * revision), 1),
                "updated_at": exercise.updated_at + 129_600 * revision,
                "revision": revision,
            }
        )
        for exercise in planned
        if exercise.index == 0
    )


def speed_stream(exercise: Exercise) -> np.ndarray:
    """Metres per second in each second; 0 during the pause; adds up to the distance."""
    seconds = np.arange(exercise.elapsed_seconds)
    draw = exercise.account.generator("stream", exercise.day * 10 + exercise.index)
    shape = (
        1 + 0.12 * np.sin(seconds / 97 + draw.uniform(0, 6)) + draw.normal(0, 0.03, len(seconds))
    )
    shape[~moving_stream(exercise)] = 0
    return shape * (exercise.distance_m / shape.sum())


def moving_stream(exercise: Exercise) -> np.ndarray:
    """Whether the person moves in each second."""
    at = np.arange(exercise.elapsed_seconds) + exercise.start
    pause_end = exercise.pause_start + exercise.pause_seconds
    return (at < exercise.pause_start) | (at >= pause_end)


def laps_of(exercise: Exercise) -> list[tuple[int, int, float]]:
    """Laps of ten minutes: (first second, end second, metres), counted from the start."""
    metres = np.concatenate([[0.0], np.cumsum(speed_stream(exercise))])
    bounds = [*range(0, exercise.elapsed_seconds, LAP_SECONDS), exercise.elapsed_seconds]
    return [
        (first, end, round(float(metres[end] - metres[first]), 1))
        for first, end in zip(bounds, bounds[1:], strict=False)
    ]
