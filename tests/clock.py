"""Tests whose figures belong to a day or an hour of the real clock do not begin at its very end."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HOUR, QUARTER_HOUR = 3_600, 900  # seconds


def avoid_end_of(period: float, margin: float = 60) -> None:
    """Sleep over the end of a period that is aligned to UTC, if it is less than `margin` s away."""
    left = period - time.time() % period
    if left < margin:
        time.sleep(left + 0.1)


def avoid_midnight(zone: str = "UTC", margin: float = 60) -> None:
    """Sleep over the end of a local day, if it is less than `margin` seconds away."""
    now = datetime.now(ZoneInfo(zone))
    following = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo) + timedelta(days=1)
    left = (following.astimezone(UTC) - now).total_seconds()
    if left < margin:
        time.sleep(left + 0.1)
