"""Settings and heart-rate zones: what is true now, kept as versions."""

import pyarrow as pa

from vitals.sources._api.reading import Reading
from vitals.sources._api.records import Record
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin.connection import Connection
from vitals.sources.garmin.shapes import SETTINGS, ZONE
from vitals.sources.rejected import to_json

SCHEMA = pa.schema(
    [
        ("provider_user_id", pa.string()),
        ("time_zone", pa.string()),
        ("date_of_birth", pa.date32()),
        ("gender", pa.string()),
        ("height_cm", pa.float64()),
        ("max_heart_rate_bpm", pa.int16()),
        ("heart_rate_zones", pa.string()),
        ("extra", pa.string()),
    ]
)


def read_profile(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The profile; the time zone is the present one, earlier ones are not stated."""
    zones = reading.whole(api.get(reading, "/biometric-service/heartRateZones/v2"))
    valid = reading.take(ZONE, zones, "zones").valid
    rows = [
        _row(settings, valid, zones)
        for settings in reading.take(SETTINGS, [_settings(api, reading)]).valid
    ]
    return reading.finish(rows, SCHEMA, ())


def time_zone(api: Connection, reading: Reading) -> str | None:
    """The zone that the account is in now."""
    found = reading.take(SETTINGS, [_settings(api, reading)]).valid
    return found[0].get("timeZone") if found else None


def _settings(api: Connection, reading: Reading) -> Record:
    answer = api.get(reading, "/userprofile-service/userprofile/settings")
    # Without an id it is no profile.
    reading.inside(answer, "id", (int, str))
    return answer


def _row(settings: Record, valid: list[Record], zones: list[Record]) -> Record:
    body = settings.get("userData") or {}
    return {
        "provider_user_id": str(settings["id"]),
        "time_zone": settings.get("timeZone"),
        "date_of_birth": body.get("birthDate"),
        "gender": body.get("gender"),
        "height_cm": body.get("height"),
        "max_heart_rate_bpm": _max_heart_rate(valid),
        "heart_rate_zones": to_json(zones) if zones else None,
        "extra": SETTINGS.extra(settings),
    }


def _max_heart_rate(zones: list[Record]) -> int | None:
    """Of any sport, if it is stated: sports may have zones of their own."""
    ordered = sorted(zones, key=lambda one: one.get("sport") != "DEFAULT")
    return next((top for one in ordered if (top := one.get("maxHeartRateUsed"))), None)
