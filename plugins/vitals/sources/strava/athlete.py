"""athlete: the person and their zones, kept as versions."""

import pyarrow as pa

from vitals.sources._api.errors import ScopeMissingError
from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import Fetched
from vitals.sources.rejected import to_json
from vitals.sources.strava.activities import zone_name
from vitals.sources.strava.connection import Connection
from vitals.sources.strava.shapes import ATHLETE, ZONES

PROFILE_SCHEMA = pa.schema(
    [
        ("provider_user_id", pa.string()),
        ("time_zone", pa.string()),
        ("gender", pa.string()),
        ("weight_kg", pa.float64()),
        ("threshold_power_w", pa.float64()),
        ("extra", pa.string()),
    ]
)
ZONE_SCHEMA = pa.schema(
    [
        ("heart_rate_zones", pa.string()),
        ("power_zones", pa.string()),
        ("extra", pa.string()),
    ]
)


def read_profile(api: Connection, reading: Reading) -> Fetched:
    """The person. Strava does not state a time zone: it is that of the newest activity."""
    before = api.responses
    found = reading.take(ATHLETE, [reading.whole(api.get("/athlete"), dict)]).valid
    rows = [
        {
            "provider_user_id": str(one["id"]),
            "time_zone": _newest_zone(api),
            "gender": one.get("sex"),
            "weight_kg": one.get("weight") or None,
            "threshold_power_w": one.get("ftp"),
            "extra": ATHLETE.extra(one),
        }
        for one in found
    ]
    reading.fetched.responses = api.responses - before
    return reading.finish(rows, PROFILE_SCHEMA, ())


def read_zones(api: Connection, reading: Reading) -> Fetched:
    """Zones as the person uses them."""
    found = reading.take(ZONES, [reading.whole(api.get("/athlete/zones"), dict)]).valid
    rows = [
        {
            "heart_rate_zones": _json(one.get("heart_rate")),
            "power_zones": _json(one.get("power")),
            "extra": ZONES.extra(one),
        }
        for one in found
    ]
    reading.fetched.responses = 1
    return reading.finish(rows, ZONE_SCHEMA, ())


def _newest_zone(api: Connection) -> str | None:
    """The zone of the newest activity, if one may be seen."""
    try:
        newest = api.get("/athlete/activities", page=1, per_page=30)
    except ScopeMissingError:
        return None
    zones = (zone_name(one.get("timezone")) for one in newest if isinstance(one, dict))
    return next(filter(None, zones), None)


def _json(value: dict | None) -> str | None:
    return None if value is None else to_json(value)
