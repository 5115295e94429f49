"""What can be set per provider at run time: token lifetimes, rotation, limits, switched off."""

from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any

# name -> [[requests, seconds], ...]; windows are aligned to the clock, as the providers' are.
Limits = dict[str, list[list[int]]]


@dataclass
class ProviderSettings:
    """How one provider behaves."""

    client_id: str
    client_secret: str
    access_token_seconds: int
    rotates_refresh_token: bool = False
    refresh_token_seconds: int | None = None
    """Google shows `refresh_token_expires_in` for apps in testing; None never expires."""
    token_delay_seconds: float = 0.0
    """How long a token request takes: long enough to catch two refreshes at once. Those that wait
    already are answered when it is lowered."""
    limits: Limits = field(default_factory=dict)
    enforces_limits: bool = True
    sends_retry_after: bool = False
    is_gone: bool = False
    """Every call answers 410."""
    processing_seconds: int = 7_200
    """How long after its end a sleep is still marked as being processed (Google)."""
    day_rollup_cap: int | None = None
    """Cap in days for every dailyRollUp; one live report saw 14 everywhere (Google)."""
    oldest_first_after: bool = True
    """Whether `after` turns the order of the activity list (Strava; not documented)."""
    serves_day_stress: bool = True
    """Whether the stress of a day is served on the personal host (Garmin; unconfirmed)."""

    def update(self, changes: dict[str, Any]) -> None:
        """Change settings by name.

        Raises:
            ValueError: if a name is unknown.
        """
        unknown = set(changes) - {one.name for one in fields(self)}
        if unknown:
            raise ValueError(f"unknown setting {', '.join(sorted(unknown))}")
        for name, value in changes.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """All settings by name."""
        return asdict(self)


DEFAULTS = {
    "google_health": ProviderSettings(
        client_id="simulated-google-client.apps.googleusercontent.com",
        client_secret="simulated-google-secret",
        access_token_seconds=3_600,
        limits={"user": [[300, 60]]},
    ),
    "fitbit": ProviderSettings(
        client_id="SIMFIT",
        client_secret="simulated-fitbit-secret",
        access_token_seconds=28_800,
        rotates_refresh_token=True,
        limits={"user": [[150, 3_600]]},
        sends_retry_after=True,
    ),
    "strava": ProviderSettings(
        client_id="12345",
        client_secret="simulated-strava-secret",
        access_token_seconds=21_600,
        rotates_refresh_token=True,
        limits={"overall": [[200, 900], [2_000, 86_400]], "read": [[100, 900], [1_000, 86_400]]},
    ),
    "garmin": ProviderSettings(
        client_id="unused",
        client_secret="unused",
        access_token_seconds=86_400,
    ),
}


def default_settings() -> dict[str, ProviderSettings]:
    """A fresh copy of the documented behaviour of each provider."""
    return deepcopy(DEFAULTS)
