"""The package `fitbit` with our session: its knowledge of addresses, our tokens and limits.

The package brings an OAuth session of its own, reads errors that it knows (410 is not among them)
and fails on a 429 without `Retry-After`. `Connection` sends its requests through the session of the
account instead, which replaces all of that. `make_request` serves what the package has no method
for: it dates from 2019.
"""

from datetime import date
from typing import Any

import fitbit
import requests


class Connection(fitbit.Fitbit):
    """One account. The addresses are Fitbit's own; the session may replace them.

    Args:
        session: adds the token, counts and repeats requests, raises `ApiError`.
    """

    def __init__(self, session: requests.Session) -> None:
        super().__init__(client_id="", client_secret="")
        self._session = session

    def make_request(self, url: str, *args: Any, **kwargs: Any) -> Any:
        """The JSON behind a URL. No language is asked for: that makes all units metric."""
        return self._session.get(url).json()

    def between(self, path: str, first: date, last: date, version: str = "1") -> Any:
        """An endpoint that takes a first and a last day, both included."""
        return self.make_request(
            f"{self.API_ENDPOINT}/{version}/user/-/{path}/date/{first}/{last}.json"
        )
