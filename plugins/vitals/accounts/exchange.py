"""exchange: code, refresh token or API key -> tokens, at the provider's token address.

Written on `requests` rather than an OAuth library: those refuse plain http (the simulator), take
a scope that the user unticked for an error, and know one wording of errors where providers have
three.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests
from requests.auth import HTTPBasicAuth
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_random_exponential

from vitals.accounts.errors import GrantRefusedError
from vitals.api_settings import ApiSettings
from vitals.sources._api.errors import ProviderUnavailableError, RequestRefusedError
from vitals.sources._api.spec import ApiKey, ApiSpec, OAuth

TIMEOUT_SECONDS = (10, 30)
TRIES = 3
# The first pause between two tries is up to this many seconds; the second up to twice as long.
PAUSES = 1.0
# Where a provider does not tell how long its access token lives.
ASSUMED_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class TokenAnswer:
    """Tokens as the provider gave them.

    Attributes:
        access_token: for the calls.
        access_expires_at: when it ends.
        refresh_token: for the next refresh; None if the one that was used stays.
        scopes: what was granted; None if the answer does not tell.
        consent_expires_at: when refreshing ends; None if the answer does not tell.
    """

    access_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_token: str | None = field(default=None, repr=False)
    scopes: tuple[str, ...] | None = None
    consent_expires_at: datetime | None = None


class TokenSource(Protocol):
    """Where the access tokens of a provider come from."""

    def renew(self, secret: str) -> TokenAnswer:
        """A new access token for a refresh token or API key.

        Raises:
            GrantRefusedError: the provider does not accept it any more.
            ProviderUnavailableError: no usable answer after several tries.
            RequestRefusedError: our client is refused, whatever the account.
        """


def token_source(spec: ApiSpec, api: ApiSettings) -> TokenSource:
    """The token address of a provider, official or from the settings."""
    if spec.oauth:
        return OAuthExchange(spec, spec.oauth, api)
    if spec.api_key:
        return KeyExchange(spec, spec.api_key, api)
    raise ValueError(f"{spec.name} does not say how its accounts are connected")


class OAuthExchange:
    """The token address of a provider with OAuth."""

    def __init__(self, spec: ApiSpec, oauth: OAuth, api: ApiSettings) -> None:
        self._spec, self._oauth, self._api = spec, oauth, api
        self._url = api.token_url or oauth.token_url

    def from_code(self, code: str, verifier: str, redirect_uri: str) -> TokenAnswer:
        """Tokens for the code that a consent brought.

        Raises:
            GrantRefusedError: the code does not count (any more).
            ProviderUnavailableError: no usable answer after several tries.
            RequestRefusedError: our client is refused.
        """
        return self._ask(
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
            redirect_uri=redirect_uri,
        )

    def renew(self, secret: str) -> TokenAnswer:
        """Tokens for a refresh token; see `TokenSource`."""
        return self._ask(grant_type="refresh_token", refresh_token=secret)

    def revoke(self, secret: str) -> None:
        """Give consent back.

        Raises:
            ProviderUnavailableError: no usable answer after several tries.
            RequestRefusedError: it was refused.
        """
        url = self._api.revoke_url or self._oauth.revoke_url
        if url:
            response = self._post(url, **{self._oauth.revoke_param: secret})
            # 400 is for a token that is not valid any more: nothing is left to give back.
            if response.status_code > 400:
                status = response.status_code
                raise RequestRefusedError(f"{self._spec.title} answered {status} to the revocation")

    def _ask(self, **form: str) -> TokenAnswer:
        response = self._post(self._url, **form)
        body = _json(response)
        if response.status_code >= 400:
            raise self._refusal(response.status_code, body)
        try:
            return _token_answer(body)
        except (KeyError, TypeError, ValueError):
            message = f"{self._spec.title} answered something else than tokens"
            raise ProviderUnavailableError(message) from None

    def _post(self, url: str, **form: str) -> requests.Response:
        client = {"client_id": self._api.client_id}
        login = None
        if self._oauth.client_auth == "header" and self._api.client_secret:
            login = HTTPBasicAuth(self._api.client_id, self._api.client_secret)
        elif self._api.client_secret:
            client["client_secret"] = self._api.client_secret
        return _post(self._spec, url, data={**client, **form}, auth=login or _no_login)

    def _refusal(self, status: int, body: Any) -> Exception:
        """What a refusal means: the grant is over, or our client is wrong."""
        word = self._oauth.error_code(body)
        if word == "invalid_grant":
            return GrantRefusedError(*_end_of_grant(self._spec, body))
        if word in ("invalid_client", "unauthorized_client"):
            prefix = self._spec.name.upper()
            return RequestRefusedError(
                f"{self._spec.title} does not know our client: check {prefix}__CLIENT_ID and "
                f"{prefix}__CLIENT_SECRET"
            )
        known = f" ({word})" if word and word.replace("_", "").isalnum() else ""
        return RequestRefusedError(f"{self._spec.title} answered {status} to the token{known}")


class KeyExchange:
    """The token address of a provider whose users make an API key."""

    def __init__(self, spec: ApiSpec, api_key: ApiKey, api: ApiSettings) -> None:
        self._spec, self._api_key = spec, api_key
        self._url = api.token_url or api_key.token_url

    def renew(self, secret: str) -> TokenAnswer:
        """An access token for an API key; see `TokenSource`."""

        def login(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"{self._api_key.scheme} {secret}"
            return request

        response = _post(self._spec, self._url, data=None, auth=login)
        if response.status_code in (400, 401, 403):
            message = f"{self._spec.title} does not accept the API key (any more)"
            raise GrantRefusedError("needs_consent", message)
        if response.status_code >= 300:
            status = response.status_code
            raise RequestRefusedError(f"{self._spec.title} answered {status} to the API key")
        token = response.text.strip().strip('"')
        try:
            return TokenAnswer(token, _end_of_jwt(token))
        except (KeyError, TypeError, ValueError):
            message = f"{self._spec.title} answered something else than a token"
            raise ProviderUnavailableError(message) from None


def _post(spec: ApiSpec, url: str, **options: Any) -> requests.Response:
    """The answer to a POST, tried again where it may help."""
    tries = Retrying(
        retry=retry_if_exception_type(ProviderUnavailableError),
        stop=stop_after_attempt(TRIES),
        wait=wait_random_exponential(PAUSES, max=10),
        reraise=True,
    )
    return tries(_post_once, spec, url, options)


def _post_once(spec: ApiSpec, url: str, options: Mapping[str, Any]) -> requests.Response:
    try:
        # A redirect of a token address would carry the secret elsewhere.
        response = requests.post(url, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options)
    except requests.RequestException as error:
        kind = type(error).__name__
        raise ProviderUnavailableError(f"no token from {spec.title}: {kind}") from None
    status = response.status_code
    if status == 429 or status >= 500 or 300 <= status < 400:
        raise ProviderUnavailableError(f"no token from {spec.title}: status {status}")
    return response


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from sending a login of ~/.netrc."""
    return request


def _token_answer(body: Any) -> TokenAnswer:
    now = datetime.now(UTC)
    lifetime = body.get("expires_in")
    refresh_lifetime = body.get("refresh_token_expires_in")
    scopes = body.get("scope")
    return TokenAnswer(
        access_token=str(body["access_token"]),
        access_expires_at=now
        + (ASSUMED_LIFETIME if lifetime is None else timedelta(seconds=float(lifetime))),
        refresh_token=body.get("refresh_token"),
        scopes=None if scopes is None else split_scopes(scopes),
        consent_expires_at=None
        if refresh_lifetime is None
        else now + timedelta(seconds=float(refresh_lifetime)),
    )


def split_scopes(text: str) -> tuple[str, ...]:
    """Scopes that are separated by spaces or commas."""
    return tuple(text.replace(",", " ").split())


def _end_of_grant(spec: ApiSpec, body: Any) -> tuple[str, str]:
    """State and message for invalid_grant; most providers do not tell why it is invalid."""
    said = json.dumps(body).lower()
    expired, revoked = "expired" in said, "revoked" in said
    if expired and not revoked:
        return "expired", f"the consent at {spec.title} has expired"
    if revoked and not expired:
        return "revoked", f"the consent at {spec.title} was revoked"
    return "needs_consent", f"{spec.title} does not accept the refresh token any more"


def _end_of_jwt(token: str) -> datetime:
    """When a JWT ends, by its own word."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return datetime.fromtimestamp(claims["exp"], UTC)


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
