"""synthetic: people of the simulator -> connected accounts, without a browser.

The simulator hands out tokens to callers on this machine; they are stored as a consent would be.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from vitals.accounts.errors import AccountError
from vitals.accounts.exchange import TokenAnswer, split_scopes
from vitals.accounts.store import Account, connect_account
from vitals.accounts.vault import Vault
from vitals.settings import Settings
from vitals.sources import api_providers
from vitals.sources._api.spec import ApiSpec

TIMEOUT_SECONDS = 10
# How the simulator names its people at the providers.
USER_ID = {
    "google_health": "google_id",
    "fitbit": "fitbit_id",
    "strava": "strava_id",
}


def connect_synthetic(
    dsn: str,
    settings: Settings,
    providers: Sequence[str] = (),
    accounts: int | None = None,
    first: int = 1,
) -> list[Account]:
    """Connect simulated people at every provider, or at some.

    Args:
        dsn: the warehouse.
        settings: with SYNTHETIC=true.
        providers: names of providers; all unless given.
        accounts: how many people; all the simulator has unless given.
        first: number of the first of them.

    Raises:
        AccountError: the simulator does not stand in for the providers, or does not answer.
    """
    if not settings.synthetic:
        raise AccountError("SYNTHETIC is not true: these accounts would be sent to real providers")
    known = api_providers()
    vault = Vault(settings.secrets.token_key)
    people = _ask(settings, "GET", "/accounts")[first - 1 :][:accounts]
    return [
        _connect(dsn, vault, settings, known[name], person)
        for name in providers or known
        for person in people
    ]


def _connect(
    dsn: str, vault: Vault, settings: Settings, spec: ApiSpec, person: dict[str, Any]
) -> Account:
    wanted = {"provider": spec.name, "account": person["number"]}
    answer = _ask(settings, "POST", "/tokens", wanted)
    tokens = as_tokens(spec, answer)
    user_id = person.get(USER_ID.get(spec.name, ""))
    participant = person["participant_id"]
    return connect_account(
        dsn,
        vault,
        spec.name,
        participant,
        tokens,
        None if user_id is None else str(user_id),
        is_synthetic=True,
    )


def as_tokens(spec: ApiSpec, answer: Mapping[str, Any]) -> TokenAnswer:
    """What the simulator hands out, as a consent would bring it."""
    now = datetime.now(UTC)
    lifetime = answer.get("refresh_token_expires_in")
    return TokenAnswer(
        access_token=answer["access_token"],
        access_expires_at=now + timedelta(seconds=answer["expires_in"]),
        refresh_token=answer.get("refresh_token") or answer["api_key"],
        scopes=_scopes(spec, answer),
        consent_expires_at=now + timedelta(seconds=lifetime) if lifetime else None,
    )


def _scopes(spec: ApiSpec, answer: Mapping[str, Any]) -> tuple[str, ...]:
    if "scope" in answer:
        return split_scopes(answer["scope"])
    return spec.oauth.scopes if spec.oauth else ()


def _ask(settings: Settings, method: str, path: str, body: Any = None) -> Any:
    url = f"{settings.simulator_url}/_simulator{path}"
    try:
        response = requests.request(method, url, json=body, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
    except requests.RequestException as error:
        raise AccountError(
            f"the simulator does not answer at {settings.simulator_url} "
            f"({type(error).__name__}): `make up` starts it where SYNTHETIC=true"
        ) from None
    return response.json()
