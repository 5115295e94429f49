"""google_health: Google Health API v4 -> raw.google_health__*. What new users connect.

`data_types.py` lists what is read, in the terms of `description.py`; `client.py` asks for it,
`columns.py` and `decode.py` make rows of the answers, `problems.py` words Google's refusals.
"""

from typing import TYPE_CHECKING

from vitals.sources._api.spec import ApiSpec, Limit, OAuth, Probe
from vitals.sources.google_health.data_types import DATA_TYPES, SCOPES
from vitals.sources.google_health.problems import explain

if TYPE_CHECKING:
    import requests

    from vitals.sources._api.spec import Client


def _make_client(session: "requests.Session", account_id: str) -> "Client":
    # Imported here, because reading the registry must not import an SDK.
    from vitals.sources.google_health.client import make_client

    return make_client(session, account_id)


SPEC = ApiSpec(
    name="google_health",
    title="Google Health",
    base_url="https://health.googleapis.com",
    hosts=("health.googleapis.com:443", "oauth2.googleapis.com:443"),
    resources=tuple(one.resource for one in DATA_TYPES),
    limits=(
        Limit("account_minute", "account", requests=300, seconds=60),
        Limit("app_minute", "app", requests=120_000, seconds=60),
    ),
    oauth=OAuth(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        scopes=SCOPES,
        # Without these two Google gives no refresh token, or only the first time.
        authorize_params={"access_type": "offline", "prompt": "consent"},
        revoke_url="https://oauth2.googleapis.com/revoke",
    ),
    probe=Probe("/v4/users/me/identity", lambda answer: answer.get("healthUserId")),
    make_client=_make_client,
    explain=explain,
)
