"""Seed -> known truth: what every simulated person really did, for any range, without stored state.

The provider folders only give this truth their provider's shape, so a test can compare what a
client collected with the truth itself. Entry points: `Truth` (everything of all accounts),
`Truth.view` (what one account's providers can know at an instant), `vitals.simulator.truth.totals`
(day totals) and `vitals.simulator.truth.parquet` (write it all to files).
"""

from functools import lru_cache

from vitals.simulator.truth import exercises, measures, minutes, nights
from vitals.simulator.truth.heart import HeartDay, heart_of
from vitals.simulator.truth.people import Account, make_account
from vitals.simulator.truth.restatements import Restatement, Restatements
from vitals.simulator.truth.view import View

__all__ = ["Account", "Restatement", "Truth", "View"]


class Truth:
    """Everything that is true of the simulated accounts, day by day.

    Args:
        seed: any number; other seeds are other people.
        accounts: how many people.
        heart_rate_interval: seconds between heart-rate samples outside exercises, a divisor of 60.
        restatements: civil days that were restated since they were first recorded.

    Raises:
        ValueError: if the interval does not divide 60.
    """

    def __init__(
        self,
        seed: int = 1,
        accounts: int = 5,
        heart_rate_interval: int = 60,
        restatements: tuple[Restatement, ...] = (),
    ) -> None:
        if heart_rate_interval < 1 or 60 % heart_rate_interval:
            raise ValueError(f"heart-rate interval must divide 60, not {heart_rate_interval}")
        self.seed = seed
        self.heart_rate_interval = heart_rate_interval
        self.restatements = Restatements(list(restatements))
        self.accounts = tuple(make_account(seed, number + 1) for number in range(accounts))
        # Some 120 kB a day: at most 100 MB, enough for a year of a person.
        self.minutes = lru_cache(maxsize=800)(self._minutes)
        self.heart = lru_cache(maxsize=800)(self._heart)
        self.measures = lru_cache(maxsize=8_000)(self._measures)
        self.sleeps = lru_cache(maxsize=8_000)(self._sleeps)

    def account(self, number: int) -> Account:
        """Account by its number, from 1.

        Raises:
            KeyError: if there is no such account.
        """
        if not 1 <= number <= len(self.accounts):
            raise KeyError(f"no account {number}; there are {len(self.accounts)}")
        return self.accounts[number - 1]

    def view(self, account: Account, now: int | None = None) -> View:
        """What is known of an account at epoch second `now`: up to its last sync, or everything."""
        return View(self, account, now)

    def restate(self, restatement: Restatement) -> None:
        """Change civil days from now on."""
        self.restatements.entries.append(restatement)
        self._forget()

    def clear_restatements(self) -> None:
        """Go back to the data as first recorded."""
        if self.restatements.entries:
            self.restatements.entries.clear()
            self._forget()

    def revision(self, account: Account, day: int) -> int:
        """How often a civil day was restated."""
        return self.restatements.revision(account.number, day)

    def exercises(self, account: Account, day: int) -> tuple[exercises.Exercise, ...]:
        """Exercises that start on a civil day."""
        return exercises.exercises_of(account, day, self.revision(account, day))

    def weighings(self, account: Account, day: int) -> tuple[measures.Weighing, ...]:
        """Weighings of a civil day."""
        return measures.weighings_of(account, day, self.revision(account, day))

    def _minutes(self, account: Account, day: int) -> minutes.Minutes:
        near = (day - 1, day, day + 1)
        return minutes.minutes_of(account, day, {d: self.revision(account, d) for d in near})

    def _heart(self, account: Account, day: int) -> HeartDay:
        return heart_of(account, day, self.minutes(account, day), self.heart_rate_interval)

    def _sleeps(self, account: Account, day: int) -> tuple[nights.Sleep, ...]:
        return nights.sleeps_of(account, day, self.revision(account, day))

    def _measures(self, account: Account, day: int) -> measures.DayMeasures:
        night = next((sleep for sleep in self.sleeps(account, day) if sleep.is_main), None)
        return measures.day_measures(account, day, night, self.revision(account, day))

    def _forget(self) -> None:
        for cached in (self.minutes, self.heart, self.measures, self.sleeps):
            cached.cache_clear()
