"""Listens to the session of one account and keeps what it is answered, call by call, for the lake.

The ear is between the client and the session's own adapter, where questions have no token yet and
only good answers arrive.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import BaseAdapter

from vitals.lake.payload import Calls, Question, frame
from vitals.sources._api.spec import Client, DateWindow, Fetched

SCHEMES = ("https://", "http://")


class Ear(BaseAdapter):
    """Hands everything on, and remembers question and answer."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self.inner = inner
        self.heard: list[tuple[Question, bytes]] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The answer of the session's own adapter."""
        asked = question(request)
        response = self.inner.send(request, *args, **kwargs)
        self.heard.append((asked, response.content))
        return response

    def close(self) -> None:
        """Close the adapter behind."""
        self.inner.close()


def question(request: requests.PreparedRequest) -> Question:
    """What a request asks, without its headers."""
    body = request.body
    text = body.decode() if isinstance(body, bytes) else body
    assert text is None or isinstance(text, str), "no client of ours sends a stream"
    return Question(str(request.method), str(request.url), text)


class Recorder:
    """Keeps what one session hears.

    Args:
        ear: on the session.
        account_id: whose account it is.
    """

    def __init__(self, ear: Ear, account_id: str) -> None:
        self._ear, self._account_id = ear, account_id

    @classmethod
    @contextmanager
    def on(cls, session: requests.Session, account_id: str) -> Iterator["Recorder"]:
        """A recorder that listens to a session for a while."""
        inner = session.get_adapter("https://")
        ear = Ear(inner)
        for scheme in SCHEMES:
            session.mount(scheme, ear)
        try:
            yield cls(ear, account_id)
        finally:
            for scheme in SCHEMES:
                session.mount(scheme, inner)

    def fetch(self, client: Client, resource: str, window: DateWindow) -> tuple[Fetched, Calls]:
        """What a call of a client brings, and the answers behind it.

        Raises:
            ApiError: as the client; what was answered by then goes with the next call.
        """
        beside = len(self._ear.heard)
        fetched = client.fetch(resource, window)
        heard, self._ear.heard = self._ear.heard, []
        answers = [
            (asked, content, number >= beside) for number, (asked, content) in enumerate(heard)
        ]
        context = {
            "account_id": self._account_id,
            "resource": resource,
            "first_date": window.first,
            "last_date": window.last,
        }
        return fetched, Calls((window,), (frame(context, answers),))
