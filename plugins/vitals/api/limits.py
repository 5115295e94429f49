"""limits: how many requests a token may make, as a bucket of tokens that fills steadily."""

import time
from collections.abc import Callable

from vitals.api.problems import Problem

BURST_SECONDS = 10


class Limits:
    """Counts the requests of each token in this process; a burst may use ten seconds' worth."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Full buckets for everybody."""
        self._per_second = per_minute / 60
        self._most = max(self._per_second * BURST_SECONDS, 1)
        self._clock = clock
        self._buckets: dict[int, tuple[float, float]] = {}

    def take(self, token_id: int) -> None:
        """Count one request.

        Raises:
            Problem: 429, with the seconds after which there is room again.
        """
        now = self._clock()
        left, since = self._buckets.get(token_id, (self._most, now))
        left = min(left + (now - since) * self._per_second, self._most)
        if left < 1:
            wait = int((1 - left) / self._per_second) + 1
            headers = {"Retry-After": str(wait)}
            raise Problem(429, f"too many requests with this token: wait {wait} s", headers)
        self._buckets[token_id] = (left - 1, now)
