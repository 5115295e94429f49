"""One account of Strava -> rows of its resources."""

from datetime import date

import requests

from vitals import settings
from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.strava import athlete, recordings
from vitals.sources.strava.activities import ActivityList
from vitals.sources.strava.connection import Connection


class StravaClient:
    """Reads one account.

    Args:
        session: adds the token, counts and repeats requests, raises `ApiError`.
        account_id: whose account it is, as rejected records name it.
        keep_location: whether places are stored; the setting STRAVA__KEEP_LOCATION unless given.
    """

    def __init__(
        self, session: requests.Session, account_id: str, keep_location: bool | None = None
    ) -> None:
        self._api, self._account_id = Connection(session), account_id
        self._list = ActivityList(self._api, account_id)
        self._keep_location = (
            settings.load().apis["strava"].keep_location if keep_location is None else keep_location
        )

    def fetch(self, resource: str, window: DateWindow) -> Fetched:
        """All that Strava states of a resource for whole local days.

        Streams and laps belong to the day on which their activity began.

        Raises:
            ApiError: the days could not be read whole.
        """
        reading = Reading(self._account_id, resource)
        if resource == "profiles":
            return athlete.read_profile(self._api, reading)
        if resource == "zones":
            return athlete.read_zones(self._api, reading)
        if resource == "activities":
            return self._list.fetched(window)
        activities = self._list.rows(window)
        if resource == "laps":
            return recordings.read_laps(self._api, activities, reading)
        return recordings.read_streams(self._api, activities, self._keep_location, reading)

    def last_complete_date(self) -> date | None:
        """Nobody can tell: Strava does not know when a watch synced, only what was uploaded."""
        return None
