"""A `requests` session for one account: token, limits, retries and errors in one place.

The SDKs of the providers and dlt's client all take a session, so none of them has to be taught any
of this. They use the provider's official addresses; a base URL from the settings is put in here.
Whoever uses the session sees answers that are whole and good, or an `ApiError`.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from vitals.sources._api.errors import (
    ApiError,
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = (10, 60)
TRIES = 4
# A provider that asks for a longer pause is left alone until the next run.
LONGEST_PAUSE_SECONDS = 60.0


class Tokens(Protocol):
    """Access tokens of one account."""

    def access_token(self) -> str:
        """One that is valid for some time yet.

        Raises:
            ConsentNeededError: a person must connect the account again.
        """

    def renewed(self, refused: str) -> str:
        """Another one than `refused`, which the provider did not accept."""


class Meter(Protocol):
    """Counts the requests of one account against the provider's limits."""

    def take(self) -> None:
        """Count one request that is about to be made.

        Raises:
            LimitReachedError: it may not be made now.
        """

    def note(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer how much is left."""


class FreshTokenRefusedError(ProviderUnavailableError):
    """A token that was just given out is refused: by mistake, unless it happens at every try.

    Where consent has ended no new token is given out, so that this alone must not end an account.
    """


class Nothing(dict[str, Any]):
    """What an answer without a body says: there is no data."""


# (status, JSON body or None) -> the error, or None if the status says enough.
Explain = Callable[[int, Any], ApiError | None]


class PoliteAdapter(HTTPAdapter):
    """Sends each request as often as is right, and returns only good answers.

    Args:
        tokens: adds and renews the access token.
        meter: is asked before each try, also a repeated one.
        addresses: official prefix of a URL -> what to use instead.
        explain: knows the provider's own way to word errors.
        empty_means_nothing: whether an answer without a body says that there is no data; it is
            an error otherwise.
        pause_seconds: the first pause between two tries is up to this long; each later one up to
            twice as long as the one before.
    """

    def __init__(
        self,
        tokens: Tokens,
        meter: Meter,
        addresses: Mapping[str, str],
        explain: Explain = lambda status, body: None,
        empty_means_nothing: bool = False,
        pause_seconds: float = 1.0,
    ) -> None:
        super().__init__()
        self._empty_means_nothing = empty_means_nothing
        self._tokens, self._meter, self._addresses = tokens, meter, addresses
        self._explain, self._pause_seconds = explain, pause_seconds

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """The answer to a request.

        Raises:
            ApiError: there is no good one.
        """
        place = f"{request.method} {urlsplit(str(request.url)).path}"
        request.url = self._address(str(request.url))
        kwargs["timeout"] = kwargs.get("timeout") or TIMEOUT_SECONDS
        tries = Retrying(
            retry=retry_if_exception_type(ProviderUnavailableError),
            stop=stop_after_attempt(TRIES),
            wait=self._pause,
            reraise=True,
        )
        try:
            return tries(self._try, request, place, kwargs)
        except FreshTokenRefusedError as error:
            raise ConsentNeededError(str(error)) from None

    def _try(
        self, request: requests.PreparedRequest, place: str, kwargs: dict[str, Any]
    ) -> requests.Response:
        token = self._tokens.access_token()
        response = self._once(request, place, token, kwargs)
        if response.status_code == 401 and not self._explained(response):
            response = self._once(request, place, self._tokens.renewed(token), kwargs)
            if response.status_code == 401 and not self._explained(response):
                raise FreshTokenRefusedError(f"{place}: status 401, also with a new token")
        self._check(response, place)
        return response

    def _once(
        self, request: requests.PreparedRequest, place: str, token: str, kwargs: dict[str, Any]
    ) -> requests.Response:
        self._meter.take()
        request.headers["Authorization"] = f"Bearer {token}"
        try:
            response = super().send(request, **kwargs)
            response.content  # noqa: B018 - reads it all, so that a cut is noticed here
        except requests.RequestException as error:
            kind = type(error).__name__
            raise ProviderUnavailableError(f"{place}: no whole answer ({kind})") from None
        self._meter.note(response.status_code, response.headers)
        log.debug("%s: %s, %d bytes", place, response.status_code, len(response.content))
        return response

    def _check(self, response: requests.Response, place: str) -> None:
        status = response.status_code
        if status < 300:
            body = _json(response)
            if not response.content and self._empty_means_nothing:
                body = Nothing()
            if body is None:
                raise ProviderUnavailableError(f"{place}: the answer is not whole JSON")
            # SDKs ask for it more than once, and parse it more slowly each time.
            response.json = lambda **_: body  # type: ignore[method-assign]
            return
        explained = self._explained(response)
        if explained:
            raise explained
        if status == 429:
            raise _too_many(response, place)
        if status >= 500:
            raise ProviderUnavailableError(f"{place}: status {status}")
        kinds = {403: ScopeMissingError, 410: ProviderGoneError}
        raise kinds.get(status, RequestRefusedError)(f"{place}: status {status}")

    def _explained(self, response: requests.Response) -> ApiError | None:
        return self._explain(response.status_code, _json(response))

    def _address(self, url: str) -> str:
        for official, used in self._addresses.items():
            if url.startswith(official):
                return used + url.removeprefix(official)
        return url

    def _pause(self, state: RetryCallState) -> float:
        """What the provider asked for, or a random time that doubles."""
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(error, "pause_seconds", None)
        if asked is not None:
            return float(asked)
        return wait_random_exponential(self._pause_seconds, max=LONGEST_PAUSE_SECONDS)(state)


def make_session(adapter: PoliteAdapter) -> requests.Session:
    """A session that sends everything through the adapter."""
    session = requests.Session()
    # Any `auth` keeps requests from putting a login of ~/.netrc in place of our token.
    session.auth = lambda request: request
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _json(response: requests.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None


def _too_many(response: requests.Response, place: str) -> ApiError:
    """429: worth a short pause, else something for the next run."""
    asked = response.headers.get("Retry-After", "")
    pause = float(asked) if asked.isdecimal() else None
    if pause is not None and pause > LONGEST_PAUSE_SECONDS:
        return LimitReachedError(f"{place}: too many requests, wait {asked} seconds")
    error = ProviderUnavailableError(f"{place}: too many requests")
    error.pause_seconds = pause
    return error
