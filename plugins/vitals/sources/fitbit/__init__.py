"""fitbit: the Fitbit Web API (switched off in November 2026) -> rows of raw.fitbit__*.

The provider's front door: what it delivers, its limits, how an account is connected. It costs
nothing to import; the package `fitbit`, pydantic and pyarrow are imported when a client is made.
"""

from typing import TYPE_CHECKING

from vitals.sources._api.spec import ApiSpec, Limit, OAuth, Probe, Resource
from vitals.sources.fitbit.answers import error_code, explain, read_usage

if TYPE_CHECKING:
    import requests

    from vitals.sources.fitbit.client import FitbitClient

# Fitbit computes most values of a day again for some days; sleeps and logs are edited by people.
EDITED_DAYS = 7
SCOPES = (
    "activity",
    "cardio_fitness",
    "heartrate",
    "oxygen_saturation",
    "profile",
    "respiratory_rate",
    "settings",
    "sleep",
    "temperature",
    "weight",
)


def _versions(name: str, scope: str, *key: str) -> Resource:
    """What is kept as it was at different times."""
    return Resource(name, scope, keeps="versions", key=("account_id", *key), time=None)


def _daily(name: str, scope: str, chunk_days: int = 30) -> Resource:
    """One row a day; 30 days are what most endpoints allow at once."""
    return Resource(name, scope, chunk_days=chunk_days, key=("account_id", "local_date"), time=None)


def _intraday(name: str, scope: str) -> Resource:
    """Samples of a day, which is all that one request may ask for."""
    key = ("account_id", "ts", "fold")
    return Resource(name, scope, chunk_days=1, key=key, writes_wall_time=True)


def _log(name: str) -> Resource:
    """What a scale or a person enters now and then."""
    key = ("account_id", "ts", "log_id")
    return Resource(
        name, "weight", chunk_days=30, reread_days=EDITED_DAYS, key=key, writes_wall_time=True
    )


# In the order of a run: what costs few requests first, so that a used-up limit costs least.
RESOURCES = (
    _versions("profiles", "profile"),
    _versions("devices", "settings", "provider_device_id"),
    _daily("heart_rate_daily", "heartrate", chunk_days=365),
    _daily("daily_activity", "activity"),
    _daily("active_zone_minutes", "activity", chunk_days=365),
    _daily("hrv", "heartrate"),
    _daily("spo2", "oxygen_saturation"),
    _daily("breathing_rate", "respiratory_rate"),
    _daily("skin_temperature", "temperature"),
    _daily("cardio_score", "cardio_fitness"),
    _log("weight"),
    _log("body_fat"),
    Resource(
        "sleep",
        "sleep",
        chunk_days=100,
        reread_days=EDITED_DAYS,
        key=("account_id", "start_ts", "log_id"),
        time="start_ts",
        end_time="end_ts",
        json=frozenset({"levels", "short_awakenings", "level_summary", "extra"}),
        writes_wall_time=True,
    ),
    Resource(
        "activities",
        "activity",
        chunk_days=100,
        reread_days=EDITED_DAYS,
        key=("account_id", "start_ts", "log_id"),
        time="start_ts",
        end_time="end_ts",
        json=frozenset({"heart_rate_zones", "extra"}),
    ),
    _intraday("heart_rate", "heartrate"),
    _intraday("steps", "activity"),
    _intraday("distance", "activity"),
    _intraday("floors", "activity"),
    _intraday("calories", "activity"),
)


def make_client(session: "requests.Session", account_id: str) -> "FitbitClient":
    """A client that reads one account."""
    from vitals.sources.fitbit.client import FitbitClient

    return FitbitClient(session, account_id)


SPEC = ApiSpec(
    name="fitbit",
    title="Fitbit",
    base_url="https://api.fitbit.com",
    hosts=("api.fitbit.com:443",),
    resources=RESOURCES,
    limits=(Limit("hour", "account", requests=150, seconds=3_600),),
    oauth=OAuth(
        authorize_url="https://www.fitbit.com/oauth2/authorize",
        token_url="https://api.fitbit.com/oauth2/token",
        scopes=SCOPES,
        client_auth="header",
        revoke_url="https://api.fitbit.com/oauth2/revoke",
        error_code=error_code,
    ),
    probe=Probe("/1/user/-/profile.json", lambda answer: answer["user"]["encodedId"]),
    make_client=make_client,
    read_usage=read_usage,
    explain=explain,
)
