"""Account and civil day -> its sleeps: the main one that ends on that day, sometimes a nap.

Boundaries are multiples of 30 seconds, as trackers give them. Most main sleeps have stages; some
have only the classic levels because the stage algorithm refused them, and naps never have any.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vitals.simulator.truth.people import Account
from vitals.simulator.truth.zones import instant_of

GRAIN = 30
SHORT_AWAKENING = 180


@dataclass(frozen=True)
class Stage:
    """Part of a sleep: awake, light, deep, rem; or awake, restless, asleep where it is classic."""

    start: int
    end: int
    level: str

    @property
    def seconds(self) -> int:
        """Length of the stage."""
        return self.end - self.start


@dataclass(frozen=True)
class Sleep:
    """One recorded sleep, [start, end) in epoch seconds; its stages cover it without gaps.

    `short_awakenings` lie on top of stages. Google does not subtract them from its totals,
    Fitbit does.
    """

    day: int
    index: int
    start: int
    end: int
    kind: str
    stages: tuple[Stage, ...]
    short_awakenings: tuple[Stage, ...]
    updated_at: int
    revision: int

    @property
    def is_main(self) -> bool:
        """Whether it is the main sleep of its day."""
        return self.index == 0

    @property
    def asleep_seconds(self) -> int:
        """Time in stages other than awake (and restless), short awakenings not subtracted."""
        return sum(s.seconds for s in self.stages if s.level not in ("awake", "restless"))

    @property
    def short_awake_seconds(self) -> int:
        """Total of the short awakenings."""
        return sum(stage.seconds for stage in self.short_awakenings)

    def level_seconds(self, level: str) -> int:
        """Time in one level."""
        return sum(stage.seconds for stage in self.stages if stage.level == level)


@lru_cache(maxsize=16_384)
def is_worn(account: Account, day: int) -> bool:
    """Whether the watch is worn on a civil day at all (19 days in 20)."""
    return bool(account.generator("worn", day).random() > 0.05)


@lru_cache(maxsize=16_384)
def bed_time(account: Account, day: int) -> tuple[int, int] | None:
    """When the person is in bed in the night that ends on civil `day`, recorded or not."""
    draw = account.generator("bed", day)
    weekend = (day + 3) % 7 >= 5
    wake = to_grain(draw.normal(7 * 3_600, 1_500) + (3_600 if weekend else 0))
    length = to_grain(np.clip(draw.normal(7.6, 0.8), 4.5, 10) * 3_600)
    end = instant_of(account, day, wake)
    return None if end is None else (end - length, end)


def sleeps_of(account: Account, day: int, revision: int) -> tuple[Sleep, ...]:
    """Recorded sleeps that end on civil `day`, the main one first.

    A restatement lets the main sleep end 10 minutes later per revision and deletes the nap.
    """
    if not is_worn(account, day):
        return ()
    sleeps = [main_sleep(account, day, revision)]
    if revision == 0:
        sleeps.append(nap(account, day))
    return tuple(sleep for sleep in sleeps if sleep is not None)


def main_sleep(account: Account, day: int, revision: int) -> Sleep | None:
    """The main sleep of a day, or None where the night was not recorded."""
    bed = bed_time(account, day)
    draw = account.generator("night", day)
    if bed is None or not is_worn(account, day - 1) or draw.random() < 0.03:
        return None
    start, end = bed
    staged = draw.random() >= 0.08
    stages = stages_of(draw, start, end) if staged else classic_levels(draw, start, end)
    short = short_awakenings(draw, stages) if staged else ()
    if revision:
        later = end + 600 * revision
        stages = (*stages, Stage(end, later, "light" if staged else "asleep"))
        end = later
    kind = "stages" if staged else "classic"
    updated_at = end + 1_200 + 129_600 * revision
    return Sleep(day, 0, start, end, kind, stages, short, updated_at, revision)


def nap(account: Account, day: int) -> Sleep | None:
    """An afternoon nap, on about one day in seven."""
    draw = account.generator("nap", day)
    if draw.random() > 0.15:
        return None
    start = instant_of(account, day, to_grain(draw.uniform(14.25, 15.25) * 3_600))
    if start is None:
        return None
    end = start + to_grain(draw.uniform(25, 80) * 60)
    levels = classic_levels(draw, start, end)
    return Sleep(day, 1, start, end, "classic", levels, (), end + 1_200, 0)


def stages_of(draw: np.random.Generator, start: int, end: int) -> tuple[Stage, ...]:
    """Cycles of light, deep, light, REM and sometimes awake that fill [start, end)."""
    plan = [("awake", draw.uniform(4, 12))] if draw.random() < 0.5 else []
    cycle = 0
    while sum(minutes for _, minutes in plan) * 60 < end - start:
        plan += [
            ("light", draw.uniform(15, 40)),
            ("deep", draw.uniform(8, 40) / (1 + cycle / 2)),
            ("light", draw.uniform(8, 20)),
            ("rem", draw.uniform(6, 12) * (1 + cycle / 2)),
        ]
        if draw.random() < 0.45:
            plan.append(("awake", draw.uniform(3.5, 9)))
        cycle += 1
    return lay_out(plan, start, end)


def classic_levels(draw: np.random.Generator, start: int, end: int) -> tuple[Stage, ...]:
    """Asleep, with restless and awake spells, filling [start, end)."""
    plan: list[tuple[str, float]] = []
    while sum(minutes for _, minutes in plan) * 60 < end - start:
        plan.append(("asleep", draw.uniform(15, 70)))
        plan.append(("restless", draw.uniform(1, 6)))
        if draw.random() < 0.25:
            plan += [("awake", draw.uniform(1, 4)), ("asleep", draw.uniform(10, 30))]
    return lay_out(plan, start, end)


def lay_out(plan: list[tuple[str, float]], start: int, end: int) -> tuple[Stage, ...]:
    """Place planned (level, minutes) one after the other; the last one ends at `end`."""
    stages: list[Stage] = []
    at = start
    for level, minutes in plan:
        until = min(at + max(to_grain(minutes * 60), GRAIN), end)
        if until > at:
            stages.append(Stage(at, until, level))
        at = until
    # Rounding each stage down can leave a remainder.
    last = stages.pop()
    return (*stages, Stage(last.start, end, last.level))


def short_awakenings(draw: np.random.Generator, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Awakenings under 3 minutes, each inside one longer stage of light or REM sleep."""
    found = []
    for stage in stages:
        if stage.level in ("light", "rem") and stage.seconds >= 600 and draw.random() < 0.4:
            start = stage.start + GRAIN * int(draw.integers(2, 8))
            length = GRAIN * int(draw.integers(1, SHORT_AWAKENING // GRAIN))
            found.append(Stage(start, start + length, "awake"))
    return tuple(found)


def to_grain(seconds: float) -> int:
    """Round down to a multiple of 30 seconds."""
    return int(seconds) // GRAIN * GRAIN
