"""activities: the paged list of activities -> rows, one per activity.

A page may be short, or shifted by an upload, before the list is over: only an empty page ends it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.strava.connection import Connection
from vitals.sources.strava.shapes import ACTIVITY

PAGE_SIZE = 200
# The list is asked by instants; a local day begins and ends within these of the UTC day.
EAST, WEST = timedelta(hours=14), timedelta(hours=12)

SCHEMA = pa.schema(
    [
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("activity_id", pa.int64()),
        ("local_date", pa.date32()),
        ("utc_offset_seconds", pa.int32()),
        ("time_zone", pa.string()),
        ("sport_type", pa.string()),
        ("moving_seconds", pa.int32()),
        ("distance_m", pa.float64()),
        ("elevation_gain_m", pa.float64()),
        ("elevation_high_m", pa.float64()),
        ("elevation_low_m", pa.float64()),
        ("mean_speed_m_per_s", pa.float64()),
        ("max_speed_m_per_s", pa.float64()),
        ("mean_heart_rate_bpm", pa.float64()),
        ("max_heart_rate_bpm", pa.float64()),
        ("mean_cadence_per_min", pa.float64()),
        ("mean_power_w", pa.float64()),
        ("mean_temperature_c", pa.float64()),
        ("work_kj", pa.float64()),
        ("relative_effort", pa.float64()),
        ("is_manual", pa.bool_()),
        ("is_private", pa.bool_()),
        ("is_indoor", pa.bool_()),
        ("is_commute", pa.bool_()),
        ("device_name", pa.string()),
        ("upload_id", pa.int64()),
        ("extra", pa.string()),
    ]
)
KEY = ("start_ts", "activity_id")
# Columns that are Strava's fields under another name.
RENAMED = {
    "distance_m": "distance",
    "moving_seconds": "moving_time",
    "elevation_gain_m": "total_elevation_gain",
    "elevation_high_m": "elev_high",
    "elevation_low_m": "elev_low",
    "mean_speed_m_per_s": "average_speed",
    "max_speed_m_per_s": "max_speed",
    "mean_heart_rate_bpm": "average_heartrate",
    "max_heart_rate_bpm": "max_heartrate",
    "mean_cadence_per_min": "average_cadence",
    "mean_power_w": "average_watts",
    "mean_temperature_c": "average_temp",
    "work_kj": "kilojoules",
    "relative_effort": "suffer_score",
    "is_manual": "manual",
    "is_private": "private",
    "is_indoor": "trainer",
    "is_commute": "commute",
    "device_name": "device_name",
    "upload_id": "upload_id",
}


@dataclass
class ActivityList:
    """The activities of an account, listed once for all resources that need them."""

    api: Connection
    account_id: str
    _listed: list[tuple[DateWindow, Reading, list[dict[str, Any]]]] = field(default_factory=list)

    def rows(self, window: DateWindow) -> list[dict[str, Any]]:
        """The activities that began on the local days, as rows without duplicates."""
        _, rows = self._covering(window)
        return [row for row in rows if window.first <= row["local_date"] <= window.last]

    def fetched(self, window: DateWindow) -> Fetched:
        """The activities of the local days, with what was refused."""
        before = self.api.responses
        reading, _ = self._covering(window)
        reading.fetched.responses = self.api.responses - before
        return reading.finish(self.rows(window), SCHEMA, KEY)

    def _covering(self, window: DateWindow) -> tuple[Reading, list[dict[str, Any]]]:
        for listed, reading, rows in self._listed:
            if listed.first <= window.first and window.last <= listed.last:
                return reading, rows
        reading = Reading(self.account_id, "activities")
        records = list(self._pages(window, reading))
        found = reading.take(ACTIVITY, records, window.first)
        rows = list({one["id"]: as_row(one) for one in found.valid}.values())
        self._listed.append((window, reading, rows))
        return reading, rows

    def _pages(self, window: DateWindow, reading: Reading) -> Iterator[Any]:
        after = datetime.combine(window.first, time(), UTC) - EAST - timedelta(seconds=1)
        before = datetime.combine(window.last, time(), UTC) + timedelta(days=1) + WEST
        limits = {"after": int(after.timestamp()), "before": int(before.timestamp())}
        page = 1
        while records := reading.whole(
            self.api.get("/athlete/activities", page=page, per_page=PAGE_SIZE, **limits)
        ):
            yield from records
            page += 1


def as_row(one: Mapping[str, Any]) -> dict[str, Any]:
    """An activity of Strava as a row of ours."""
    start = one["start_date"]
    offset = one.get("utc_offset")
    return {
        "start_ts": start,
        "end_ts": start + timedelta(seconds=one["elapsed_time"]),
        "activity_id": one["id"],
        "local_date": _local_date(one.get("start_date_local"), start, offset),
        "utc_offset_seconds": None if offset is None else int(offset),
        "time_zone": zone_name(one.get("timezone")),
        "sport_type": one["sport_type"],
        **{ours: one.get(theirs) for ours, theirs in RENAMED.items()},
        "extra": ACTIVITY.extra(dict(one)),
    }


def zone_name(text: str | None) -> str | None:
    """IANA name in `(GMT+01:00) Europe/Paris`; None if this machine does not know it."""
    name = (text or "").rpartition(" ")[2]
    try:
        return ZoneInfo(name).key if name else None
    except (LookupError, ValueError, OSError):
        return None


def _local_date(wall: datetime | None, start: datetime, offset: float | None) -> date:
    """The day on which it began for the person; the zone that `wall` carries is not true."""
    if wall is not None:
        return wall.date()
    return (start.astimezone(UTC) + timedelta(seconds=offset or 0)).date()
