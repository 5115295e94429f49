"""Waiting for what other processes and threads do, however long a machine takes over it."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], seconds: float = 300, pause: float = 0.05) -> None:
    """Ask until it is so; fail when it did not come about in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {seconds:g} s"
        time.sleep(pause)
