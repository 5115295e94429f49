"""windows: `start` and `end` of a request -> local dates and instants to read between.

`end` is not part of it. A date means the participant's own calendar day, whatever zone that day was
in; an instant means itself, and where whole days are asked for, the day that it is written with.
A query needs both: dates select rows, instants keep it out of chunks that cannot hold any.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from vitals.api.problems import invalid

DAY = timedelta(days=1)
# Local midnight is between 14 hours before and 12 hours after midnight in UTC.
EARLIEST_MIDNIGHT, LATEST_MIDNIGHT = timedelta(hours=-14), timedelta(hours=12)
FIRST, LAST = date(1970, 1, 1), date(2200, 1, 1)


@dataclass(frozen=True)
class Window:
    """What lies between two bounds, each a date or an instant."""

    start: date | datetime
    end: date | datetime

    @property
    def instants(self) -> dict[str, date | datetime]:
        """Parameters for rows with an instant: half-open instants, and all days they may be on."""
        first, last = self.start, self.end
        return {
            "start_ts": first if isinstance(first, datetime) else _utc(first) + EARLIEST_MIDNIGHT,
            "end_ts": last if isinstance(last, datetime) else _utc(last) + LATEST_MIDNIGHT,
            # The zones of the world are from 12 hours behind UTC to 14 hours ahead.
            "first_date": _utc_date(first, -12) if isinstance(first, datetime) else first,
            "last_date": _utc_date(last, 14) if isinstance(last, datetime) else last - DAY,
        }

    def dates(self, period: str = "day") -> dict[str, date]:
        """Parameters for rows of whole days, weeks or months: the first and the last of them."""
        first = _date(self.start)
        if period == "week":
            first = max(first - timedelta(days=first.weekday()), FIRST)
        elif period == "month":
            first = first.replace(day=1)
        is_instant = isinstance(self.end, datetime)
        last = _date(self.end - timedelta(microseconds=1) if is_instant else self.end - DAY)
        return {"first_date": first, "last_date": last}

    @property
    def days(self) -> float:
        """Its length."""
        if isinstance(self.start, datetime) and isinstance(self.end, datetime):
            return (self.end - self.start) / DAY
        days = self.dates()
        return (days["last_date"] - days["first_date"]).days + 1


def window(start: date | datetime, end: date | datetime) -> Window:
    """The window between two bounds.

    Raises:
        Problem: 422, the end is not after the start.
    """
    found = Window(start, end)
    if found.instants["start_ts"] >= found.instants["end_ts"] or found.days <= 0:
        raise invalid("end", "must be after start; it is not part of the range")
    return found


def parsed(parameter: str, text: str) -> date | datetime:
    """A bound: `2026-11-20`, or `2026-11-20T10:00:00Z` with any offset.

    Raises:
        Problem: 422, it is neither.
    """
    text = text.strip().replace(" ", "+")  # a plus sign that was not encoded arrives as a space
    try:
        if len(text) == 10:
            bound: date | datetime = date.fromisoformat(text)
        else:
            bound = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(parameter, "must be a date or an instant with its offset") from None
    if isinstance(bound, datetime):
        if bound.tzinfo is None:
            raise invalid(parameter, "needs an offset from UTC, such as Z or +01:00")
        if not FIRST.year < bound.year < LAST.year:
            raise invalid(parameter, f"must be between {FIRST} and {LAST}")
        return bound
    if not FIRST <= bound <= LAST:
        raise invalid(parameter, f"must be between {FIRST} and {LAST}")
    return bound


def _utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _date(bound: date | datetime) -> date:
    return bound.date() if isinstance(bound, datetime) else bound


def _utc_date(instant: datetime, hours: int) -> date:
    return (instant.astimezone(UTC) + timedelta(hours=hours)).date()
