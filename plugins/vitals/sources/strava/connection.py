"""The package `stravalib` with our session: its knowledge of addresses, our tokens and limits.

Its raw answers are used, not its models: those drop fields and call the local start UTC. Its
limiter would sleep until midnight, and its iterator stops at the first short page; neither is used.
"""

import os
from typing import Any

import requests

# It warns at every start that it has no client of its own, which our session makes needless.
os.environ.setdefault("SILENCE_TOKEN_WARNINGS", "true")

from stravalib import Client  # noqa: E402


class Connection:
    """One account. The addresses are Strava's own; the session may replace them.

    Args:
        session: adds the token, counts and repeats requests, raises `ApiError`.
    """

    def __init__(self, session: requests.Session) -> None:
        self._client = Client(requests_session=session, rate_limit_requests=False)
        self.responses = 0

    def get(self, path: str, **parameters: Any) -> Any:
        """The JSON of one answer."""
        answer = self._client.protocol.get(path, **parameters)
        self.responses += 1
        return answer
