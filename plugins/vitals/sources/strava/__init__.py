"""strava: Strava API V3 -> rows of raw.strava__*.

The provider's front door: what it delivers, its limits, how an account is connected. Importing it
costs nothing; stravalib, pydantic and pyarrow are imported when a client is made.

Strava's terms allow to keep this data for a week, to show it to its owner alone, and not to combine
it: docs/providers/strava.md and the settings STRAVA__RETENTION_DAYS and STRAVA__MAY_COMBINE.
"""

from typing import TYPE_CHECKING

from vitals.sources._api.spec import ApiSpec, Limit, OAuth, Probe, Resource
from vitals.sources.strava.answers import error_code, explain, read_usage

if TYPE_CHECKING:
    import requests

    from vitals.sources.strava.client import StravaClient

# Activities are uploaded days later, renamed, cropped and deleted.
EDITED_DAYS = 7
# Two requests per activity: the pieces are small, so that a used-up limit loses little.
DETAIL_DAYS = 7

# Activities name no scope: one of activity:read and activity:read_all is enough, and Strava tells.
RESOURCES = (
    Resource("profiles", keeps="versions", key=("account_id",), time=None),
    Resource(
        "zones",
        scope="profile:read_all",
        keeps="versions",
        key=("account_id",),
        time=None,
        json=frozenset({"heart_rate_zones", "power_zones", "extra"}),
    ),
    Resource(
        "activities",
        chunk_days=90,
        reread_days=EDITED_DAYS,
        key=("account_id", "start_ts", "activity_id"),
        time="start_ts",
        end_time="end_ts",
    ),
    Resource(
        "streams",
        chunk_days=DETAIL_DAYS,
        reread_days=EDITED_DAYS,
        key=("account_id", "activity_id", "ts"),
        # Samples belong to the day of their activity, and so reach into the next one.
        end_time="ts",
        json=frozenset(),
    ),
    Resource(
        "laps",
        chunk_days=DETAIL_DAYS,
        reread_days=EDITED_DAYS,
        key=("account_id", "activity_id", "lap_index"),
        time=None,
    ),
)


def make_client(session: "requests.Session", account_id: str) -> "StravaClient":
    """A client that reads one account."""
    from vitals.sources.strava.client import StravaClient

    return StravaClient(session, account_id)


SPEC = ApiSpec(
    name="strava",
    title="Strava",
    base_url="https://www.strava.com/api/v3",
    hosts=("www.strava.com:443",),
    resources=RESOURCES,
    limits=(
        Limit("overall_15_minutes", "app", requests=200, seconds=900),
        Limit("overall_day", "app", requests=2_000, seconds=86_400),
        Limit("read_15_minutes", "app", requests=100, seconds=900),
        Limit("read_day", "app", requests=1_000, seconds=86_400),
    ),
    oauth=OAuth(
        authorize_url="https://www.strava.com/oauth/authorize",
        token_url="https://www.strava.com/oauth/token",
        scopes=("read", "activity:read", "activity:read_all", "profile:read_all"),
        scope_separator=",",
        authorize_params={"approval_prompt": "force"},
        grants_all_scopes=True,
        revoke_url="https://www.strava.com/oauth/deauthorize",
        error_code=error_code,
    ),
    probe=Probe("/athlete", lambda athlete: str(athlete["id"])),
    make_client=make_client,
    read_usage=read_usage,
    explain=explain,
)
