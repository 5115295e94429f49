"""ranges: the `start` and `end` of a request, or what they are if they are not given."""

from datetime import UTC, date, datetime, timedelta

from vitals.api.database import Database
from vitals.api.parameters import Ranged
from vitals.api.statements import statement
from vitals.api.windows import DAY, Window, parsed, window

DEFAULT_DAYS = 30


async def of_participant(database: Database, participant_id: str, asked: Ranged) -> Window:
    """The window of a request for one participant; without data the last days of the calendar.

    Raises:
        Problem: 422, a bound cannot be used.
    """
    end = parsed("end", asked.end) if asked.end else None
    if end is None:
        rows = await database.rows(statement("extent"), {"participant_id": participant_id})
        end = (rows[0]["last_date"] or _today()) + DAY
    return _window(asked.start, end)


def of_cohort(asked: Ranged) -> Window:
    """The window of a request for several participants: the last days up to today.

    Raises:
        Problem: 422, a bound cannot be used.
    """
    return _window(asked.start, parsed("end", asked.end) if asked.end else _today() + DAY)


def _today() -> date:
    return datetime.now(UTC).date()


def _window(start: str | None, end: date | datetime) -> Window:
    if start:
        return window(parsed("start", start), end)
    return window(end - timedelta(days=DEFAULT_DAYS), end)
