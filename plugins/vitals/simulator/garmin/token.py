"""API key -> bearer token (a JWT), and the page on which a person creates the key."""

import base64
import json
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vitals.simulator.oauth.consent import key_page
from vitals.simulator.oauth.tokens import Grant, is_revoked_or_old
from vitals.simulator.provider import Provider
from vitals.simulator.state import Simulator

SCOPES = ("personal",)


async def answer_token(
    simulator: Simulator, provider: Provider, form: dict[str, str], header: str
) -> bytes:
    """Exchange an API key; the body of the answer is the token itself.

    Raises:
        ApiError: 401 for a key that is unknown or revoked.
    """
    key = header.removeprefix("ApiKey ") if header.startswith("ApiKey ") else ""
    found = simulator.tokens.by_refresh(provider.name, key)
    record = simulator.ledger.open_refresh(provider.name, found[0].account if found else None, key)
    record.finished = time.time()
    if found is None or not found[1] or is_revoked_or_old(found[0]):
        record.error = "invalid key"
        raise provider.dialect.error("invalid_token", "The API key is not valid.")
    record.ok = True
    return issue_jwt(simulator, found[0]).encode()


def issue_jwt(simulator: Simulator, grant: Grant) -> str:
    """A token with `exp` by real time; its signature means nothing."""
    seconds = simulator.settings["garmin"].access_token_seconds
    now = int(time.time())
    claims = {
        "iss": "simulator",
        "sub": str(simulator.truth.account(grant.account).garmin_id),
        "iat": now,
        "exp": now + seconds,
        "jti": secrets.token_hex(8),
    }
    parts = [encode({"alg": "RS256", "typ": "JWT"}), encode(claims), secrets.token_urlsafe(32)]
    token = ".".join(parts)
    simulator.tokens.issue_access(grant, seconds, token)
    return token


def encode(part: dict[str, Any]) -> str:
    """Base64url of JSON without padding."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def answer_page(simulator: Simulator, provider: str, request: Request) -> Response:
    """Page of the personal API key; posting it creates a key of the chosen account."""
    key = None
    if request.method == "POST":
        form = await request.form()
        number = int(str(form["simulator_account"]))
        simulator.truth.account(number)
        grant = simulator.tokens.grant(provider, number, SCOPES)
        key = simulator.tokens.issue_refresh(grant, None)
    title = simulator.dialects[provider].title
    return HTMLResponse(key_page(title, simulator.truth.accounts, key))
