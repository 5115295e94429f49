"""One account of Fitbit -> rows of its resources."""

from collections.abc import Callable
from datetime import date

import requests

from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit import account, daily, intraday, logs, sleep
from vitals.sources.fitbit.connection import Connection

Reader = Callable[[Connection, DateWindow, Reading], Fetched]

READERS: dict[str, Reader] = {
    "profiles": account.read_profile,
    "devices": account.read_devices,
    "daily_activity": daily.read_totals,
    **dict.fromkeys(daily.DAILY, daily.read),
    **dict.fromkeys(intraday.SERIES, intraday.read),
    "weight": logs.read_weight,
    "body_fat": logs.read_body_fat,
    "sleep": sleep.read,
    "activities": logs.read_activities,
}


class FitbitClient:
    """Reads one account.

    Args:
        session: adds the token, counts and repeats requests, raises `ApiError`.
        account_id: whose account it is, as rejected records name it.
    """

    def __init__(self, session: requests.Session, account_id: str) -> None:
        self._api, self._account_id = Connection(session), account_id

    def fetch(self, resource: str, window: DateWindow) -> Fetched:
        """All that Fitbit states of a resource for whole local days.

        Raises:
            ApiError: the days could not be read whole.
        """
        return READERS[resource](self._api, window, Reading(self._account_id, resource))

    def last_complete_date(self) -> date | None:
        """The last local day that is over and synced; None if no device says when it synced.

        Raises:
            ApiError: the devices could not be read.
        """
        return account.last_complete_date(self._api, Reading(self._account_id, "devices"))
