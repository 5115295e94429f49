"""Answers from the lake -> the client of their provider -> rows, as when they were delivered.

The client, its parsing and the writing are those of a reading; only the session is another one,
which answers from the lake what it was asked then.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
import requests
from requests.adapters import BaseAdapter

from vitals.lake.payload import Answer, Head, Question
from vitals.lake.recorder import SCHEMES, question
from vitals.load.account_days import DaysRead
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec, Client, DateWindow


class NotInLakeError(ApiError):
    """A client asks for something that it was not answered then: it asks otherwise today."""


class Memory(BaseAdapter):
    """Answers what the provider answered."""

    def __init__(self) -> None:
        super().__init__()
        self._during: dict[Question, list[Any]] = {}
        self._before: dict[Question, Any] = {}

    def remember(self, answers: Iterable[Answer]) -> None:
        """What was answered before the next call, or beside it."""
        self._before.update((one.asked, one.payload) for one in answers)

    def begin_call(self, answers: Iterable[Answer]) -> None:
        """What was answered to the call that follows, in the order in which it came."""
        for asked, payloads in self._during.items():
            self._before[asked] = payloads[-1]
        self._during = {}
        for one in answers:
            self._during.setdefault(one.asked, []).append(one.payload)

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to a request.

        Raises:
            NotInLakeError: there is none.
        """
        asked = question(request)
        payloads = self._during.get(asked, [])
        if not payloads and asked not in self._before:
            raise NotInLakeError(f"{asked.method} {asked.url} was never answered")
        payload = payloads[0] if payloads else self._before[asked]
        if len(payloads) > 1:
            payloads.pop(0)
        return _response(request, payload)

    def close(self) -> None:
        """Nothing is open."""


def _response(request: requests.PreparedRequest, payload: Any) -> requests.Response:
    response = requests.Response()
    response.status_code, response.request, response.url = 200, request, str(request.url)
    response.headers["Content-Type"] = "application/json"
    response._content = orjson.dumps(payload)
    response.json = lambda **_: payload  # type: ignore[method-assign]
    return response


@dataclass
class Replay:
    """One reading of an account once more: call its loads in the order in which they were made.

    Attributes:
        spec: the provider.
        account_id: whose account it is.
    """

    spec: ApiSpec
    account_id: str
    _memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        session = requests.Session()
        for scheme in SCHEMES:
            session.mount(scheme, self._memory)
        self._client: Client = self.spec.make_client(session, self.account_id)

    def load(self, head: Head, answers: list[Answer]) -> DaysRead:
        """What a load brought.

        Raises:
            ApiError: its answers cannot be read today.
        """
        resource = self.spec.resource(head.resource)
        read: DaysRead | None = None
        for window in head.windows:
            self._begin(answers, window)
            part = DaysRead.of(resource, window, self._client.fetch(head.resource, window))
            read = read.joined(part) if read else part
        assert read
        read.position, read.replays = head.position, head
        return read

    def pass_over(self, answers: list[Answer]) -> None:
        """A load that is not wanted; later ones may rely on what was answered to it."""
        self._memory.begin_call(())
        self._memory.remember(answers)

    def _begin(self, answers: list[Answer], window: DateWindow) -> None:
        theirs = [one for one in answers if one.window == window]
        beside = [one for one in answers if one.window is None]
        self._memory.begin_call(theirs)
        self._memory.remember(beside)
