"""Instants and days -> text, in the two forms that several providers share."""

from functools import lru_cache

from vitals.simulator.truth.people import DAY, to_date


@lru_cache(maxsize=4_096)
def date_text(day: int) -> str:
    """YYYY-MM-DD."""
    return to_date(day).isoformat()


def rfc3339(epoch: int) -> str:
    """UTC time with Z."""
    day, second = divmod(int(epoch), DAY)
    return f"{date_text(day)}T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
