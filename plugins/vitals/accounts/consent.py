"""consent: a person at the provider's page -> code -> tokens -> a connected account.

OAuth's authorization-code flow (RFC 6749, 4.1) with PKCE (RFC 7636) as RFC 8252 asks of programs:
the browser is sent back to a loopback address, `state` tells our answers from anybody else's, and
a code that was seen on its way is worth nothing without the verifier.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from vitals.accounts.budget import AccountMeter
from vitals.accounts.errors import AccountError, GrantRefusedError
from vitals.accounts.exchange import (
    KeyExchange,
    OAuthExchange,
    TokenAnswer,
    split_scopes,
    token_source,
)
from vitals.accounts.session import session_with
from vitals.accounts.store import Account, connect_account, make_account_id
from vitals.accounts.vault import Vault
from vitals.api_settings import ApiSettings
from vitals.settings import Settings
from vitals.sources._api.errors import ApiError, ConsentNeededError, ScopeMissingError
from vitals.sources._api.spec import ApiSpec


class StrangeAnswerError(AccountError):
    """An answer to another request than ours, or to nobody's."""


@dataclass(frozen=True)
class ConsentRequest:
    """A request for consent under way.

    Attributes:
        url: where the person agrees.
        redirect_uri: where the browser is sent then.
        scopes: what is asked for.
        state: what the answer has to bring back.
        verifier: what proves that code and request are of one program.
    """

    url: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Connected:
    """An account that was connected.

    Attributes:
        account: as it is stored.
        missing_scopes: what was asked for and not granted.
        unread: resources that cannot be read without them.
    """

    account: Account
    missing_scopes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def request_consent(spec: ApiSpec, api: ApiSettings, redirect_uri: str) -> ConsentRequest:
    """A new request, good for one answer.

    Raises:
        AccountError: the provider has no such consent, or no client is set.
    """
    oauth = spec.oauth
    if oauth is None:
        raise AccountError(f"{spec.title} is connected with an API key")
    if not api.client_id:
        raise AccountError(
            f"{spec.name.upper()}__CLIENT_ID is not set: docs/providers/README.md tells how to "
            f"register an app at {spec.title}; SYNTHETIC=true uses the simulator instead"
        )
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    parameters = {
        "client_id": api.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        "scope": oauth.scope_separator.join(oauth.scopes),
        "state": state,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **oauth.authorize_params,
    }
    url = f"{api.authorize_url or oauth.authorize_url}?{urlencode(parameters)}"
    return ConsentRequest(url, redirect_uri, oauth.scopes, state, verifier)


def finish_consent(
    dsn: str,
    settings: Settings,
    spec: ApiSpec,
    participant_id: str,
    request: ConsentRequest,
    answer: Mapping[str, str],
) -> Connected:
    """Turn the answer of the provider's page into a connected account.

    Args:
        dsn: the warehouse.
        settings: client, addresses and the key of the tokens.
        spec: the provider.
        participant_id: whose account it is.
        request: what was asked.
        answer: parameters with which the browser was sent back.

    Raises:
        StrangeAnswerError: it does not answer this request.
        AccountError: the person refused, or the code brought no lasting consent.
        ApiError: the provider gave no tokens.
    """
    code = _code(spec, request, answer)
    vault = Vault(settings.secrets.token_key)
    exchange = token_source(spec, settings.apis[spec.name])
    assert isinstance(exchange, OAuthExchange)
    try:
        tokens = exchange.from_code(code, request.verifier, request.redirect_uri)
    except GrantRefusedError:
        raise AccountError(f"{spec.title} does not accept the code: start again") from None
    tokens = replace(tokens, scopes=_granted(spec, tokens, answer))
    if not tokens.refresh_token:
        raise AccountError(
            f"{spec.title} gave no refresh token: remove the app from the account there, then "
            "connect again"
        )
    return _store(dsn, vault, settings, spec, participant_id, tokens)


def connect_with_key(
    dsn: str, settings: Settings, spec: ApiSpec, participant_id: str, key: str
) -> Connected:
    """Turn an API key into a connected account.

    Raises:
        AccountError: the provider does not accept it.
        ApiError: the provider did not answer.
    """
    vault = Vault(settings.secrets.token_key)
    exchange = token_source(spec, settings.apis[spec.name])
    assert isinstance(exchange, KeyExchange)
    try:
        tokens = replace(exchange.renew(key), refresh_token=key, scopes=())
    except GrantRefusedError as refusal:
        raise AccountError(str(refusal)) from None
    return _store(dsn, vault, settings, spec, participant_id, tokens)


def parse_answer(url: str) -> dict[str, str]:
    """Parameters of an address to which a browser was sent back."""
    return dict(parse_qsl(urlsplit(url.strip()).query))


def check_participant(participant_id: str) -> str:
    """A participant id that can be part of an account id.

    Account ids are taken apart again at `:` and `/`: two ids that differ only after such a mark
    would be one person in stage, and one deletion.

    Raises:
        AccountError: it cannot.
    """
    whole = participant_id.split() == [participant_id] and participant_id.isprintable()
    if not whole or ":" in participant_id or "/" in participant_id:
        raise AccountError("the participant needs an id without spaces, `:` and `/`, such as p0001")
    return participant_id


def unread_resources(spec: ApiSpec, scopes: Sequence[str]) -> tuple[str, ...]:
    """Resources that scopes like these do not open."""
    return tuple(one.name for one in spec.resources if one.scope and one.scope not in scopes)


def _code(spec: ApiSpec, request: ConsentRequest, answer: Mapping[str, str]) -> str:
    if not hmac.compare_digest(answer.get("state", "").encode(), request.state.encode()):
        raise StrangeAnswerError("this answer does not belong to the present request")
    if answer.get("error") == "access_denied":
        raise AccountError(f"access to {spec.title} was refused on its page: nothing was connected")
    if "code" not in answer:
        word = "".join(filter(lambda c: c.isalnum() or c in "_-", answer.get("error", "")))[:40]
        raise AccountError(f"{spec.title} did not answer with a code ({word or 'no reason given'})")
    return answer["code"]


def _granted(spec: ApiSpec, tokens: TokenAnswer, answer: Mapping[str, str]) -> tuple[str, ...]:
    """What was granted, by the token answer or else by the redirect."""
    assert spec.oauth
    if tokens.scopes is not None:
        return tokens.scopes
    if "scope" in answer:
        return split_scopes(answer["scope"])
    return spec.oauth.scopes if spec.oauth.grants_all_scopes else ()


def _store(
    dsn: str,
    vault: Vault,
    settings: Settings,
    spec: ApiSpec,
    participant_id: str,
    tokens: TokenAnswer,
) -> Connected:
    user_id = _user_id(dsn, settings, spec, participant_id, tokens)
    account = connect_account(
        dsn, vault, spec.name, participant_id, tokens, user_id, settings.synthetic
    )
    if spec.oauth is None:
        return Connected(account)
    missing = tuple(scope for scope in spec.oauth.scopes if scope not in account.scopes)
    return Connected(account, missing, unread_resources(spec, account.scopes))


def _user_id(
    dsn: str, settings: Settings, spec: ApiSpec, participant_id: str, tokens: TokenAnswer
) -> str | None:
    """How the provider names the user; None where it does not tell without a further scope."""
    if spec.probe is None:
        return None
    account_id = make_account_id(spec.name, participant_id)
    meter = AccountMeter(dsn, spec, account_id)
    fresh = FreshTokens(tokens.access_token)
    with session_with(fresh, meter, spec, settings.apis[spec.name]) as session:
        try:
            return probe(session, spec)
        except ScopeMissingError:
            return None


def probe(session: requests.Session, spec: ApiSpec) -> str | None:
    """Make the provider's cheap call; how it names the user.

    Raises:
        ApiError: the call did not succeed.
    """
    assert spec.probe
    answer = session.get(spec.base_url + spec.probe.path).json()
    try:
        return spec.probe.user_id(answer)
    except (AttributeError, KeyError, TypeError):
        raise ApiError(f"{spec.title} answered without a user") from None


class FreshTokens:
    """The access token of a consent that is not stored yet."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        """The token."""
        return self._token

    def renewed(self, refused: str) -> str:
        """There is no other."""
        raise ConsentNeededError("the provider refuses the token that it has just given")
