"""api_settings: environment -> for each provider with an API its client, addresses and policy.

With SYNTHETIC=true every address and client is the simulator's, whatever else is set: the user's
own client secret never goes to the simulator, nor a simulated token to a real provider.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vitals.setting_values import flag, whole_number


@dataclass(frozen=True)
class ApiSettings:
    """How one provider's API is used. None stands for what the provider's description says.

    Attributes:
        client_id: the app that was registered at the provider; empty if there is none.
        client_secret: its secret; empty for a public client.
        base_url: address of the API.
        authorize_url: page on which the user consents, or makes an API key.
        token_url: where codes, refresh tokens and API keys become access tokens.
        revoke_url: where consent is given back.
        retention_days: how long its data may be stored; None for good.
        may_combine: whether its data may be combined with that of other sources.
        keep_location: whether places are stored, where a provider tells them.
    """

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base_url: str | None = None
    authorize_url: str | None = None
    token_url: str | None = None
    revoke_url: str | None = None
    retention_days: int | None = None
    may_combine: bool = True
    keep_location: bool = False


class _Client(NamedTuple):
    """The client and the addresses: the first fields of ApiSettings, in their order."""

    client_id: str
    client_secret: str
    base_url: str | None
    authorize_url: str | None
    token_url: str | None
    revoke_url: str | None


@dataclass(frozen=True)
class Policy:
    """What a provider's terms allow unless its user has agreed on something else with it."""

    retention_days: int = 0  # for good
    may_combine: bool = True


POLICIES = {
    "google_health": Policy(),
    "fitbit": Policy(),
    # Strava's API policy of 2026-06-01: cached for a week at most, not combined, no analytics.
    "strava": Policy(retention_days=7, may_combine=False),
    "garmin": Policy(),
}

# What the simulator answers to: client id and secret; below the provider's folder the paths of the
# API, of consent, of tokens and of revocation. The tests compare it with the simulator.
SIMULATED = {
    "google_health": (
        "simulated-google-client.apps.googleusercontent.com",
        "simulated-google-secret",
        ("", "/o/oauth2/v2/auth", "/token", "/revoke"),
    ),
    "fitbit": (
        "SIMFIT",
        "simulated-fitbit-secret",
        ("", "/oauth2/authorize", "/oauth2/token", "/oauth2/revoke"),
    ),
    "strava": (
        "12345",
        "simulated-strava-secret",
        ("/api/v3", "/oauth/authorize", "/oauth/token", "/oauth/deauthorize"),
    ),
    "garmin": (
        "",
        "",
        (
            "",
            "/app/settings/personalApiToken",
            "/personalapitoken-service/personal-api/personal-api-key/token",
            "",
        ),
    ),
}


def read_all(
    given: Mapping[str, str], simulator_url: str, is_synthetic: bool
) -> dict[str, ApiSettings]:
    """The settings of every provider, by its name.

    Args:
        given: the environment.
        simulator_url: where the simulator answers.
        is_synthetic: whether it stands in for all providers.

    Raises:
        SettingError: a value cannot be used.
    """
    return {
        name: ApiSettings(
            *(_simulated(name, simulator_url) if is_synthetic else _own(given, name.upper())),
            retention_days=whole_number(
                given, f"{name.upper()}__RETENTION_DAYS", policy.retention_days
            )
            or None,
            may_combine=flag(given, f"{name.upper()}__MAY_COMBINE", policy.may_combine),
            keep_location=flag(given, f"{name.upper()}__KEEP_LOCATION", False),
        )
        for name, policy in POLICIES.items()
    }


def _own(given: Mapping[str, str], prefix: str) -> _Client:
    return _Client(
        client_id=given.get(f"{prefix}__CLIENT_ID", ""),
        client_secret=given.get(f"{prefix}__CLIENT_SECRET", ""),
        base_url=_address(given, f"{prefix}__BASE_URL"),
        authorize_url=_address(given, f"{prefix}__AUTHORIZE_URL"),
        token_url=_address(given, f"{prefix}__TOKEN_URL"),
        revoke_url=_address(given, f"{prefix}__REVOKE_URL"),
    )


def _address(given: Mapping[str, str], variable: str) -> str | None:
    return given[variable].rstrip("/") if variable in given else None


def _simulated(name: str, url: str) -> _Client:
    client_id, client_secret, (api, authorize, token, revoke) = SIMULATED[name]
    return _Client(
        client_id=client_id,
        client_secret=client_secret,
        base_url=f"{url}/{name}{api}",
        authorize_url=f"{url}/{name}{authorize}",
        token_url=f"{url}/{name}{token}",
        revoke_url=f"{url}/{name}{revoke}" if revoke else None,
    )
