"""What happens now and then: weighings and exercises -> one row each."""

from collections.abc import Iterator
from datetime import UTC, date, timedelta

import pyarrow as pa

from vitals.sources._api.errors import ProviderUnavailableError
from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin import shapes
from vitals.sources.garmin.connection import Connection
from vitals.sources.garmin.series import instant

WEIGHT_SCHEMA = pa.schema(
    [
        ("local_date", pa.date32()),
        ("ts", INSTANT),
        ("sample_id", pa.int64()),
        ("utc_offset_seconds", pa.int32()),
        ("weight_kg", pa.float64()),
        ("body_mass_index", pa.float64()),
        ("body_fat_pct", pa.float64()),
        ("logged_by", pa.string()),
        ("extra", pa.string()),
    ]
)
ACTIVITY_SCHEMA = pa.schema(
    [
        ("local_date", pa.date32()),
        ("activity_id", pa.int64()),
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("utc_offset_seconds", pa.int32()),
        ("activity_type", pa.string()),
        ("activity_name", pa.string()),
        ("duration_seconds", pa.float64()),
        ("elapsed_seconds", pa.float64()),
        ("moving_seconds", pa.float64()),
        ("distance_m", pa.float64()),
        ("elevation_gain_m", pa.float64()),
        ("speed_mean_m_per_s", pa.float64()),
        ("heart_rate_mean_bpm", pa.float64()),
        ("heart_rate_max_bpm", pa.float64()),
        ("energy_kcal", pa.float64()),
        ("steps", pa.int32()),
        ("is_manual", pa.bool_()),
        ("extra", pa.string()),
    ]
)
PAGE_SIZE = 100
# A page may come twice; a list that never moves on must not be followed for ever.
MOST_IDLE_PAGES = 5


def read_weight(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Weighings of some days."""
    path = f"/weight-service/weight/range/{window.first}/{window.last}"
    answer = api.get(reading, path, includeAll="true")
    days = reading.inside(answer, "dailyWeightSummaries")
    reading.note_unknown(answer, "dailyWeightSummaries", "totalAverage", "previousDateWeight")
    weighings = [one for day in days for one in reading.inside(day, "allWeightMetrics")]
    found = reading.take(shapes.WEIGHING, weighings, f"{window.first}/{window.last}").valid
    rows = [_weighing(one) for one in found if window.first <= one["calendarDate"] <= window.last]
    return reading.finish(rows, WEIGHT_SCHEMA, ("ts", "sample_id"))


def _weighing(one: Record) -> Record:
    at, local = one["timestampGMT"], one.get("date")
    return {
        "local_date": one["calendarDate"],
        "ts": instant(at),
        "sample_id": one["samplePk"],
        "utc_offset_seconds": None if local is None else (local - at) // 1_000,
        "weight_kg": one["weight"] / 1_000,
        "body_mass_index": one.get("bmi"),
        "body_fat_pct": one.get("bodyFat"),
        "logged_by": one.get("sourceType"),
        "extra": shapes.WEIGHING.extra(one),
    }


def read_activities(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Exercises that began on some days."""
    found = {one["activityId"]: one for page in _pages(api, window, reading) for one in page}
    rows = [
        _exercise(one) for one in found.values() if window.first <= _local_date(one) <= window.last
    ]
    return reading.finish(rows, ACTIVITY_SCHEMA, ("start_ts", "activity_id"))


def _pages(api: Connection, window: DateWindow, reading: Reading) -> Iterator[list[Record]]:
    """Pages of valid records, newest first.

    Pages may be short or overlap, so the offset moves on by what is new, and the list has ended
    when a page brings nothing new after one that was not full.

    Raises:
        ProviderUnavailableError: full pages bring nothing new.
    """
    seen: set[int] = set()
    was_short, idle = False, 0
    while True:
        answer = api.get(
            reading,
            "/activitylist-service/activities/search/activities",
            startDate=str(window.first),
            endDate=str(window.last),
            start=len(seen),
            limit=PAGE_SIZE,
        )
        page = reading.whole(answer)
        fresh = [one for one in page if _id(one) not in seen]
        if not fresh and was_short:
            return
        was_short = len(page) < PAGE_SIZE
        idle = 0 if fresh else idle + 1
        if idle > MOST_IDLE_PAGES:
            raise ProviderUnavailableError(
                f"activities: {idle} pages without anything new, the list has no end"
            )
        yield reading.take(shapes.ACTIVITY, fresh, f"{window.first}+{len(seen)}").valid
        seen |= {_id(one) for one in fresh}


def _id(record: object) -> int:
    """Identity of a record, also of one without a usable id."""
    value = record.get("activityId") if isinstance(record, dict) else None
    return value if isinstance(value, int) else hash(str(record))


def _local_date(one: Record) -> date:
    return one["startTimeLocal"].date()


def _exercise(one: Record) -> Record:
    start = one["startTimeGMT"].replace(tzinfo=UTC)
    elapsed = one.get("elapsedDuration")
    length = one["duration"] if elapsed is None else elapsed
    offset = one["startTimeLocal"] - one["startTimeGMT"]
    return {
        "local_date": _local_date(one),
        "activity_id": one["activityId"],
        "start_ts": start,
        "end_ts": start + timedelta(seconds=length),
        "utc_offset_seconds": int(offset.total_seconds()),
        "activity_type": (one.get("activityType") or {}).get("typeKey"),
        "activity_name": one.get("activityName"),
        "duration_seconds": one["duration"],
        "elapsed_seconds": elapsed,
        "moving_seconds": one.get("movingDuration"),
        "distance_m": one.get("distance"),
        "elevation_gain_m": one.get("elevationGain"),
        "speed_mean_m_per_s": one.get("averageSpeed"),
        "heart_rate_mean_bpm": one.get("averageHR"),
        "heart_rate_max_bpm": one.get("maxHR"),
        "energy_kcal": one.get("calories"),
        "steps": one.get("steps"),
        "is_manual": one.get("manualActivity"),
        "extra": shapes.ACTIVITY.extra(one),
    }
