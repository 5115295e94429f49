"""What happens now and then: weighings and exercises -> one row each."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import pyarrow as pa

from vitals.sources._api.errors import ProviderUnavailableError
from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record, Shape
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit import shapes
from vitals.sources.fitbit.connection import Connection
from vitals.sources.rejected import to_json

BODY_KEY = ("ts", "log_id")
BODY_COLUMNS = [("local_date", pa.date32()), ("ts", INSTANT), ("log_id", pa.int64())]
WEIGHT_SCHEMA = pa.schema(
    [
        *BODY_COLUMNS,
        ("weight_kg", pa.float64()),
        ("body_mass_index", pa.float64()),
        ("body_fat_pct", pa.float64()),
        ("logged_by", pa.string()),
        ("extra", pa.string()),
    ]
)
FAT_SCHEMA = pa.schema(
    [
        *BODY_COLUMNS,
        ("body_fat_pct", pa.float64()),
        ("logged_by", pa.string()),
        ("extra", pa.string()),
    ]
)


def read_weight(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Weighings of some days."""
    return _read_body(api, window, reading, shapes.WEIGHT_LOG, WEIGHT_SCHEMA, _weighing)


def read_body_fat(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Measurements of body fat of some days."""
    return _read_body(
        api, window, reading, shapes.FAT_LOG, FAT_SCHEMA, lambda log: {"body_fat_pct": log["fat"]}
    )


def _weighing(log: Record) -> Record:
    return {
        "weight_kg": log["weight"],
        "body_mass_index": log.get("bmi"),
        "body_fat_pct": log.get("fat"),
    }


def _read_body(
    api: Connection,
    window: DateWindow,
    reading: Reading,
    shape: Shape,
    schema: pa.Schema,
    columns: Callable[[Record], Record],
) -> Fetched:
    name = {"weight": "weight", "body_fat": "fat"}[reading.resource]
    answer = api.between(f"body/log/{name}", window.first, window.last)
    reading.fetched.responses += 1
    logs = reading.inside(answer, name)
    reading.note_unknown(answer, name)
    found = reading.take(shape, logs, f"{window.first}/{window.last}")
    rows = [
        {
            "local_date": log["date"],
            "ts": datetime.combine(log["date"], time.fromisoformat(log["time"]), UTC),
            "log_id": log["logId"],
            **columns(log),
            "logged_by": log.get("source"),
            "extra": shape.extra(log),
        }
        for log in found.valid
        if window.first <= log["date"] <= window.last
    ]
    return reading.finish(rows, schema, BODY_KEY)


ACTIVITY_KEY = ("start_ts", "log_id")
ACTIVITY_SCHEMA = pa.schema(
    [
        ("local_date", pa.date32()),
        ("log_id", pa.int64()),
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("utc_offset_seconds", pa.int32()),
        ("activity_type_id", pa.int64()),
        ("activity_name", pa.string()),
        ("log_type", pa.string()),
        ("duration_ms", pa.int64()),
        ("active_duration_ms", pa.int64()),
        ("steps", pa.int32()),
        ("distance_m", pa.float64()),
        ("energy_kcal", pa.float64()),
        ("elevation_gain_m", pa.float64()),
        ("heart_rate_mean_bpm", pa.int16()),
        ("active_zone_minutes", pa.int32()),
        ("has_gps", pa.bool_()),
        ("modified_at", INSTANT),
        ("heart_rate_zones", pa.string()),
        ("extra", pa.string()),
    ]
)
PAGE_SIZE = 100
# A page may be short or come twice; a list that never moves on must not be followed for ever.
MOST_IDLE_PAGES = 5
METRES: Mapping[str | None, float] = {"Kilometer": 1_000, "Mile": 1_609.344, "Meter": 1}


def read_activities(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Exercises that began on some days."""
    found: dict[int, Record] = {}
    idle = 0
    for page in _pages(api, window, reading):
        fresh = [log for log in page if log["logId"] not in found]
        found |= {log["logId"]: log for log in page}
        if page and min(_local_date(log) for log in page) > window.last:
            break
        idle = 0 if fresh else idle + 1
        if idle > MOST_IDLE_PAGES:
            raise ProviderUnavailableError(
                f"activities: {idle} pages without anything new, the list has no end"
            )
    rows = [_exercise(log) for log in found.values()]
    inside = [row for row in rows if window.first <= row["local_date"] <= window.last]
    return reading.finish(inside, ACTIVITY_SCHEMA, ACTIVITY_KEY)


def _pages(api: Connection, window: DateWindow, reading: Reading) -> Iterator[list[Record]]:
    """Pages of the list, oldest first, each with its valid records.

    `afterDate` is said to be exclusive; a day more does no harm, and only `next` leads on.
    """
    address = f"{api.API_ENDPOINT}/1/user/-/activities/list.json"
    after = window.first - timedelta(days=1)
    query = f"afterDate={after}&sort=asc&offset=0&limit={PAGE_SIZE}"
    while query:
        answer = api.make_request(f"{address}?{query}")
        reading.fetched.responses += 1
        logs = reading.inside(answer, "activities")
        following = reading.inside(answer, "pagination", dict).get("next") or ""
        reading.note_unknown(answer, "activities", "pagination")
        offset = answer["pagination"].get("offset", "")
        yield reading.take(shapes.ACTIVITY_LOG, logs, f"{after}+{offset}").valid
        # The token goes to no other host, whatever the answer says.
        query = urlsplit(following).query


def _local_date(log: Record) -> date:
    return log["startTime"].date()


def _exercise(log: Record) -> Record:
    start: datetime = log["startTime"]
    zones = log.get("heartRateZones")
    distance = log.get("distance")
    metres = METRES.get(log.get("distanceUnit"))
    return {
        "local_date": start.date(),
        "log_id": log["logId"],
        "start_ts": start.astimezone(UTC),
        "end_ts": start.astimezone(UTC) + timedelta(milliseconds=log["duration"]),
        "utc_offset_seconds": int((start.utcoffset() or timedelta()).total_seconds()),
        "activity_type_id": log.get("activityTypeId"),
        "activity_name": log.get("activityName"),
        "log_type": log.get("logType"),
        "duration_ms": log["duration"],
        "active_duration_ms": log.get("activeDuration"),
        "steps": log.get("steps"),
        "distance_m": round(distance * metres, 2) if distance is not None and metres else None,
        "energy_kcal": log.get("calories"),
        "elevation_gain_m": log.get("elevationGain"),
        "heart_rate_mean_bpm": log.get("averageHeartRate"),
        "active_zone_minutes": (log.get("activeZoneMinutes") or {}).get("totalMinutes"),
        "has_gps": log.get("hasGps"),
        "modified_at": log.get("lastModified"),
        "heart_rate_zones": to_json(zones) if zones else None,
        "extra": shapes.ACTIVITY_LOG.extra(log),
    }
