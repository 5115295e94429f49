"""Profile and devices: what is true now, kept as versions."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit.connection import Connection
from vitals.sources.fitbit.shapes import DEVICE, USER

PROFILE_SCHEMA = pa.schema(
    [
        ("provider_user_id", pa.string()),
        ("time_zone", pa.string()),
        ("utc_offset_seconds", pa.int32()),
        ("date_of_birth", pa.date32()),
        ("stated_age_years", pa.int16()),
        ("gender", pa.string()),
        ("height_cm", pa.float64()),
        ("member_since", pa.date32()),
        ("extra", pa.string()),
    ]
)
DEVICE_SCHEMA = pa.schema(
    [
        ("provider_device_id", pa.string()),
        ("device_type", pa.string()),
        ("model", pa.string()),
        ("battery", pa.string()),
        ("battery_pct", pa.float64()),
        ("last_sync_ts", INSTANT),
        ("extra", pa.string()),
    ]
)


def read_profile(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The profile; the time zone is the present one, earlier ones are not stated."""
    answer = api.user_profile_get()
    reading.fetched.responses += 1
    user = reading.inside(answer, "user", dict)
    reading.note_unknown(answer, "user")
    rows = [
        {
            "provider_user_id": one["encodedId"],
            "time_zone": one["timezone"],
            "utc_offset_seconds": _seconds(one.get("offsetFromUTCMillis")),
            "date_of_birth": one.get("dateOfBirth"),
            "stated_age_years": one.get("age"),
            "gender": one.get("gender"),
            "height_cm": one.get("height"),
            "member_since": one.get("memberSince"),
            "extra": USER.extra(one),
        }
        for one in reading.take(USER, [user]).valid
    ]
    return reading.finish(rows, PROFILE_SCHEMA, ())


def _seconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds // 1_000


def read_devices(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The paired devices."""
    devices = reading.whole(api.get_devices())
    reading.fetched.responses += 1
    rows = [
        {
            "provider_device_id": one["id"],
            "device_type": one.get("type"),
            "model": one.get("deviceVersion"),
            "battery": one.get("battery"),
            "battery_pct": one.get("batteryLevel"),
            "last_sync_ts": _as_if_utc(one.get("lastSyncTime")),
            "extra": DEVICE.extra(one),
        }
        for one in reading.take(DEVICE, devices).valid
    ]
    return reading.finish(rows, DEVICE_SCHEMA, ("provider_device_id",))


def _as_if_utc(wall: datetime | None) -> datetime | None:
    return None if wall is None else wall.replace(tzinfo=UTC)


def last_complete_date(api: Connection, reading: Reading) -> date | None:
    """The day before that of the newest sync of a tracker, by its own clock."""
    read_devices(api, DateWindow(date.min, date.min), reading)
    rows = reading.fetched.rows
    synced = [
        row["last_sync_ts"].date()
        for row in (rows.to_pylist() if rows else [])
        if row["last_sync_ts"] and row["device_type"] != "SCALE"
    ]
    return max(synced) - timedelta(days=1) if synced else None
