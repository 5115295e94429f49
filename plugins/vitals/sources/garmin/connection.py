"""Paths of the Connect Personal API, asked through the session of the account."""

from typing import Any

import requests

from vitals.sources._api.reading import Reading
from vitals.sources.garmin import BASE_URL


class Connection:
    """One account. The address is Garmin's own; the session may replace it.

    Args:
        session: adds the token, repeats requests, raises `ApiError`.
    """

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def get(self, reading: Reading, path: str, **query: Any) -> Any:
        """The JSON behind a path, counted as an answer of the reading."""
        answer = self._session.get(f"{BASE_URL}{path}", params=query).json()
        reading.fetched.responses += 1
        return answer
