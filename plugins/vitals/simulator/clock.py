"""The simulated time: runs like real time from a moment that can be set, to skip nights."""

import time
from datetime import datetime


class Clock:
    """Time of the simulated providers; tokens and JWTs expire by real time instead."""

    def __init__(self, start: datetime | None = None, frozen: bool = False) -> None:
        self._real = time.time()
        self._start = self._real if start is None else start.timestamp()
        self.frozen = frozen

    def now(self) -> int:
        """Current epoch second."""
        return int(self._start + (0 if self.frozen else time.time() - self._real))

    def set(self, epoch: float, frozen: bool | None = None) -> None:
        """Jump to an instant; `frozen` stops the clock there."""
        self.frozen = self.frozen if frozen is None else frozen
        self._real, self._start = time.time(), epoch
