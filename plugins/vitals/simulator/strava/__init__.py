"""Simulated Strava API V3: truth -> athlete, activities, streams, laps, zones.

Uploads, segments, routes, clubs and webhooks are not simulated and answer 404.
"""

from vitals.simulator.provider import Endpoint, Provider
from vitals.simulator.strava import athlete, streams
from vitals.simulator.strava.activities import READ, READ_ALL, list_activities
from vitals.simulator.strava.dialect import DIALECT

API = "/api/v3"
ACTIVITY = API + "/activities/{activity}"
ACTIVITIES = (READ, READ_ALL)

PROVIDER = Provider(
    name="strava",
    dialect=DIALECT,
    endpoints=(
        Endpoint(
            "GET", f"{API}/athlete", athlete.athlete, ("read", "read_all", "profile:read_all")
        ),
        Endpoint("GET", f"{API}/athlete/zones", athlete.zones, ("profile:read_all",)),
        Endpoint("GET", f"{API}/athlete/activities", list_activities, ACTIVITIES),
        Endpoint("GET", ACTIVITY, athlete.activity, ACTIVITIES),
        Endpoint("GET", f"{ACTIVITY}/streams", streams.streams, ACTIVITIES),
        Endpoint("GET", f"{ACTIVITY}/laps", streams.laps, ACTIVITIES),
        Endpoint("GET", f"{ACTIVITY}/zones", athlete.activity_zones, ACTIVITIES),
    ),
    authorize_path="/oauth/authorize",
    token_path="/oauth/token",
    revoke_path="/oauth/deauthorize",
)
