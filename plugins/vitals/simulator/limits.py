"""Request counts in windows aligned to the simulated clock, per provider and per user or app."""

from collections import Counter
from dataclasses import dataclass

from vitals.simulator.clock import Clock
from vitals.simulator.settings import ProviderSettings


@dataclass(frozen=True)
class Usage:
    """State of one window after a request."""

    name: str
    limit: int
    seconds: int
    used: int
    resets_in: int

    @property
    def exceeded(self) -> bool:
        """Whether the request that made this usage was one too many."""
        return self.used > self.limit


class RequestLimits:
    """Counts requests; refused requests count too, as at the providers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used: Counter[tuple[str, str, str, int, int]] = Counter()

    def count(self, provider: str, key: str, settings: ProviderSettings) -> list[Usage]:
        """Count a request of `key` (an account, or the app) and return all windows."""
        now = self._clock.now()
        usages = []
        for name, windows in settings.limits.items():
            for limit, seconds in windows:
                window = (provider, key, name, seconds, now // seconds)
                self._used[window] += 1
                left = seconds - now % seconds
                usages.append(Usage(name, limit, seconds, self._used[window], left))
        return usages

    def clear(self) -> None:
        """Forget all requests."""
        self._used.clear()
