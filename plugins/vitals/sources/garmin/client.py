"""One account of Garmin Connect -> rows of its resources."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import requests

from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin import account, daily, logs, series, sleep
from vitals.sources.garmin.connection import Connection

Reader = Callable[[Connection, DateWindow, Reading], Fetched]

READERS: dict[str, Reader] = {
    "profiles": account.read_profile,
    "daily_summaries": daily.read_summaries,
    "daily_steps": daily.read_steps,
    "hrv": daily.read_hrv,
    "spo2": daily.read_spo2,
    "fitness_age": daily.read_fitness_age,
    "weight": logs.read_weight,
    "activities": logs.read_activities,
    "sleep": sleep.read,
    "hrv_readings": series.read_hrv,
    "heart_rate": series.read_heart_rate,
    "stress": series.read_stress,
    "body_battery": series.read_body_battery,
}


def _today() -> date:
    return datetime.now(UTC).date()


class GarminClient:
    """Reads one account.

    Args:
        session: adds the token, counts and repeats requests, raises `ApiError`.
        account_id: whose account it is, as rejected records name it.
        today: tells the day of UTC.
    """

    def __init__(
        self, session: requests.Session, account_id: str, today: Callable[[], date] = _today
    ) -> None:
        self._api, self._account_id, self._today = Connection(session), account_id, today

    def fetch(self, resource: str, window: DateWindow) -> Fetched:
        """All that Garmin states of a resource for whole local days.

        Raises:
            ApiError: the days could not be read whole.
        """
        return READERS[resource](self._api, window, Reading(self._account_id, resource))

    def last_complete_date(self) -> date | None:
        """The last local day that is over and synced; None if Garmin does not tell.

        Raises:
            ApiError: it could not be read.
        """
        reading = Reading(self._account_id, "daily_summaries")
        zone = account.time_zone(self._api, reading)
        return daily.last_complete_date(self._api, self._today(), zone, reading)
