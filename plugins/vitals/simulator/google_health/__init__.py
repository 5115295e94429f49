"""Simulated Google Health API v4: truth -> data points, roll-ups, identity, settings, devices.

Follows the discovery document of revision 20261030. Read methods only: creating, changing and
deleting data points, exercise TCX export and webhooks are not simulated and answer 404.
"""

from vitals.simulator.google_health import account, aggregates, points
from vitals.simulator.google_health.dialect import DIALECT
from vitals.simulator.provider import Endpoint, Provider

USER = "/v4/users/{user}"
POINTS = USER + "/dataTypes/{data_type}/dataPoints"

PROVIDER = Provider(
    name="google_health",
    dialect=DIALECT,
    endpoints=(
        Endpoint("GET", POINTS + ":reconcile", points.reconcile),
        Endpoint("POST", POINTS + ":rollUp", aggregates.roll_up),
        Endpoint("POST", POINTS + ":dailyRollUp", aggregates.daily_roll_up),
        Endpoint("GET", POINTS + "/{point}", points.get_point),
        Endpoint("GET", POINTS, points.list_points),
        Endpoint("GET", USER + "/identity", account.identity),
        Endpoint("GET", USER + "/profile", account.profile),
        Endpoint("GET", USER + "/settings", account.settings),
        Endpoint("GET", USER + "/pairedDevices", account.paired_devices),
        Endpoint("GET", USER + "/pairedDevices/{device}", account.paired_device),
    ),
    authorize_path="/o/oauth2/v2/auth",
    token_path="/token",
    revoke_path="/revoke",
)
