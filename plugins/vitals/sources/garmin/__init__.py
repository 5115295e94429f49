"""garmin: Garmin's Connect Personal API -> rows of raw.garmin__*.

The provider's front door: what it delivers and how an account is connected. It costs nothing to
import; pydantic and pyarrow are imported when a client is made. Garmin's own Python client needs
Python 3.12 and neither repeats requests nor shows their headers: plain HTTP through our session
does both, with the paths of that client.
"""

from typing import TYPE_CHECKING

from vitals.sources._api.spec import ApiKey, ApiSpec, Probe, Resource
from vitals.sources.garmin.answers import explain

if TYPE_CHECKING:
    import requests

    from vitals.sources.garmin.client import GarminClient

HOST = "personal.connectapi.garmin.com"
BASE_URL = f"https://{HOST}"
# The longest range that Garmin is known to answer.
LONGEST_RANGE_DAYS = 28
EDITED_DAYS = 7
NOTHING: frozenset[str] = frozenset()


def _daily(name: str, chunk_days: int = LONGEST_RANGE_DAYS, *json: str) -> Resource:
    """One row a day."""
    key = ("account_id", "local_date")
    kept = frozenset({*json, "extra"})
    return Resource(name, chunk_days=chunk_days, key=key, time=None, json=kept)


def _series(name: str, chunk_days: int = 1) -> Resource:
    """Values in the course of a day, which come without names and so without unknown ones."""
    return Resource(name, chunk_days=chunk_days, json=NOTHING)


# In the order of a run: ranges before what takes a request for each day.
RESOURCES = (
    Resource(
        "profiles",
        keeps="versions",
        key=("account_id",),
        time=None,
        json=frozenset({"heart_rate_zones", "extra"}),
    ),
    _daily("daily_summaries"),
    _daily("daily_steps"),
    _daily("hrv"),
    Resource(
        "weight",
        chunk_days=LONGEST_RANGE_DAYS,
        reread_days=EDITED_DAYS,
        key=("account_id", "ts", "sample_id"),
    ),
    Resource(
        "activities",
        chunk_days=365,
        reread_days=EDITED_DAYS,
        key=("account_id", "start_ts", "activity_id"),
        time="start_ts",
        end_time="end_ts",
    ),
    _series("body_battery", LONGEST_RANGE_DAYS),
    Resource(
        "sleep",
        chunk_days=1,
        reread_days=EDITED_DAYS,
        key=("account_id", "start_ts"),
        time="start_ts",
        end_time="end_ts",
        json=frozenset({"levels", "extra"}),
    ),
    _series("hrv_readings", 7),
    _daily("spo2", 1, "readings"),
    _daily("fitness_age", 1),
    _series("heart_rate"),
    _series("stress"),
)


def make_client(session: "requests.Session", account_id: str) -> "GarminClient":
    """A client that reads one account."""
    from vitals.sources.garmin.client import GarminClient

    return GarminClient(session, account_id)


SPEC = ApiSpec(
    name="garmin",
    title="Garmin Connect",
    base_url=BASE_URL,
    hosts=(f"{HOST}:443",),
    resources=RESOURCES,
    limits=(),  # Garmin documents none
    oauth=None,
    api_key=ApiKey(
        page_url="https://connect.garmin.com/app/settings/personalApiToken",
        token_url=f"{BASE_URL}/personalapitoken-service/personal-api/personal-api-key/token",
    ),
    probe=Probe("/userprofile-service/userprofile/settings", lambda answer: str(answer["id"])),
    make_client=make_client,
    explain=explain,
    empty_means_nothing=True,
)
