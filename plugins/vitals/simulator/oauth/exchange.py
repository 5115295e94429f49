"""Token endpoint: code or refresh token -> access token; and revocation.

Every use of a refresh token goes to the ledger with the number of refreshes of the same account
under way at that moment, so that a test can prove that a client never refreshes twice at once.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import time
from typing import Any

from vitals.simulator.dialect import Dialect, TokenGrant
from vitals.simulator.oauth.tokens import Grant, is_revoked_or_old
from vitals.simulator.state import Simulator

Form = dict[str, str]


async def token(
    simulator: Simulator, provider: str, form: Form, authorization: str
) -> dict[str, Any]:
    """Answer a token request.

    Raises:
        ApiError: in the provider's shape for any refusal.
    """
    dialect = simulator.dialects[provider]
    has_secret = check_client(simulator, provider, form, authorization)
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return from_code(simulator, provider, form, has_secret)
    if kind == "refresh_token":
        return await from_refresh_token(simulator, provider, form)
    raise dialect.oauth_error("unsupported_grant_type", f"grant_type {kind!r} is not supported")


def check_client(simulator: Simulator, provider: str, form: Form, authorization: str) -> bool:
    """Check id and secret from the form or Basic header; returns whether a secret was sent.

    Raises:
        ApiError: if the client is unknown or its secret wrong.
    """
    settings = simulator.settings[provider]
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if authorization.startswith("Basic "):
        try:
            pair = base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
            client_id, _, secret = pair.partition(":")
        except (binascii.Error, UnicodeDecodeError):
            client_id = None
    wrong_secret = secret and not hmac.compare_digest(secret, settings.client_secret)
    # Fitbit alone lets an app without a secret (PKCE) in.
    if client_id != settings.client_id or wrong_secret or (not secret and provider != "fitbit"):
        error = simulator.dialects[provider].oauth_error
        raise error("invalid_client", "The client id or secret is not valid.")
    return bool(secret)


def from_code(simulator: Simulator, provider: str, form: Form, has_secret: bool) -> dict[str, Any]:
    """Exchange an authorization code."""
    dialect, settings = simulator.dialects[provider], simulator.settings[provider]
    code = simulator.tokens.take_code(form.get("code", ""))
    if code is None or code.provider != provider:
        raise dialect.oauth_error("invalid_grant", "The authorization code is invalid or was used.")
    redirect_uri = form.get("redirect_uri")
    # Strava's documentation leaves redirect_uri out of the exchange.
    if redirect_uri != code.redirect_uri and not (redirect_uri is None and provider == "strava"):
        raise dialect.oauth_error("invalid_grant", "The redirect_uri differs from the first one.")
    if not pkce_holds(code.challenge, form.get("code_verifier")):
        raise dialect.oauth_error("invalid_grant", "The code verifier does not match.")
    if not has_secret and code.challenge is None:
        raise dialect.oauth_error("invalid_client", "A client without a secret must use PKCE.")
    grant = simulator.tokens.grant(provider, code.account, code.scopes)
    if code.offline:
        simulator.tokens.issue_refresh(grant, settings.refresh_token_seconds)
    return fresh_answer(simulator, dialect, grant, is_first=True)


async def from_refresh_token(simulator: Simulator, provider: str, form: Form) -> dict[str, Any]:
    """Exchange a refresh token, rotating it where the provider does."""
    dialect, settings = simulator.dialects[provider], simulator.settings[provider]
    value = form.get("refresh_token", "")
    found = simulator.tokens.by_refresh(provider, value)
    record = simulator.ledger.open_refresh(provider, found[0].account if found else None, value)
    # Refreshes sent at once have all arrived before the first is answered.
    await delay(simulator, provider)
    found = simulator.tokens.by_refresh(provider, value)
    record.finished = time.time()
    if found is None or not found[1] or is_revoked_or_old(found[0]):
        spent = found is not None and not found[1]
        record.error = "token was rotated away" if spent else "invalid_grant"
        raise dialect.oauth_error("invalid_grant", "Token has been expired or revoked.")
    grant = found[0]
    record.ok = True
    left = max(grant.access_tokens.values(), default=0) - time.time()
    if dialect.keeps_access_token(left):
        return present_answer(simulator, dialect, grant)
    if settings.rotates_refresh_token:
        simulator.tokens.issue_refresh(grant, settings.refresh_token_seconds)
        record.rotated = True
    return fresh_answer(simulator, dialect, grant, is_first=False)


async def delay(simulator: Simulator, provider: str) -> None:
    """Wait as long as is set; who sets less meanwhile ends the wait."""
    began = time.monotonic()
    while time.monotonic() < began + simulator.settings[provider].token_delay_seconds:
        await asyncio.sleep(0.02)


def issue(
    simulator: Simulator,
    provider: str,
    account: int,
    scopes: tuple[str, ...],
    seconds: int | None = None,
) -> dict[str, Any]:
    """Grant scopes and issue tokens without a browser, worded as an answer to a code."""
    simulator.truth.account(account)
    grant = simulator.tokens.grant(provider, account, scopes)
    simulator.tokens.issue_refresh(grant, simulator.settings[provider].refresh_token_seconds)
    return fresh_answer(simulator, simulator.dialects[provider], grant, True, seconds)


def fresh_answer(
    simulator: Simulator, dialect: Dialect, grant: Grant, is_first: bool, seconds: int | None = None
) -> dict[str, Any]:
    """Issue an access token and word the answer."""
    settings = simulator.settings[grant.provider]
    lifetime = settings.access_token_seconds if seconds is None else seconds
    access_token = dialect.access_token_prefix + secrets.token_urlsafe(30)
    simulator.tokens.issue_access(grant, lifetime, access_token)
    return answer(simulator, dialect, grant, access_token, is_first)


def present_answer(simulator: Simulator, dialect: Dialect, grant: Grant) -> dict[str, Any]:
    """Return the access token that the grant already has."""
    newest = max(grant.access_tokens, key=lambda token: grant.access_tokens[token])
    return answer(simulator, dialect, grant, newest, is_first=False)


def answer(
    simulator: Simulator, dialect: Dialect, grant: Grant, access_token: str, is_first: bool
) -> dict[str, Any]:
    """Word a token answer in the provider's dialect."""
    rotates = simulator.settings[grant.provider].rotates_refresh_token
    shows_refresh = is_first or rotates or dialect.repeats_refresh_token
    until = grant.refresh_expires_at
    return dialect.token_answer(
        TokenGrant(
            account=simulator.truth.account(grant.account),
            scopes=tuple(grant.scopes),
            access_token=access_token,
            expires_at=int(grant.access_tokens[access_token]),
            expires_in=int(grant.access_tokens[access_token] - time.time()),
            refresh_token=grant.refresh_token if shows_refresh else None,
            refresh_expires_in=None if until is None else int(until - time.time()),
            is_first=is_first,
        )
    )


def pkce_holds(challenge: str | None, verifier: str | None) -> bool:
    """Whether a verifier fits its S256 challenge; without a challenge there is nothing to fit."""
    if challenge is None:
        return verifier is None
    digest = hashlib.sha256((verifier or "").encode()).digest()
    expected = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(expected, challenge)
