"""activities.csv -> activities.

Some columns come twice: first as the app shows them, in the account's units, then exact and metric.
Times are UTC. Heart rates lie in the recordings, which are files of their own.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import IO

import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import ACTIVITIES, Rows
from vitals.sources.rejected import to_json

BATCH = 2_000
_FORMS = ("%b %d, %Y, %I:%M:%S %p", "%b %d, %Y, %H:%M:%S", "%Y-%m-%d %H:%M:%S")
_TYPES = {
    "run": "running", "trail run": "trail_running", "virtual run": "treadmill_running",
    "ride": "cycling", "virtual ride": "indoor_cycling", "mountain bike ride": "mountain_biking",
    "gravel ride": "cycling", "e-bike ride": "cycling", "walk": "walking", "hike": "hiking",
    "swim": "swimming", "rowing": "rowing", "virtual row": "indoor_rowing", "kayaking": "kayaking",
    "canoe": "kayaking", "nordic ski": "cross_country_skiing", "alpine ski": "alpine_skiing",
    "snowboard": "snowboarding", "ice skate": "skating", "inline skate": "skating",
    "weight training": "strength_training", "workout": "other", "crossfit": "interval_training",
    "high intensity interval training": "interval_training", "elliptical": "elliptical",
    "stair-stepper": "stair_climbing", "yoga": "yoga", "pilates": "pilates",
    "rock climb": "climbing", "soccer": "ball_game", "tennis": "racket_sport",
    "badminton": "racket_sport", "squash": "racket_sport", "pickleball": "racket_sport",
    "table tennis": "racket_sport", "golf": "golf",
}  # fmt: skip


def read(file: ExportFile, context: Context) -> Iterator[Rows]:
    """The activities of one export.

    Raises:
        ValueError: it is no whole CSV; of what came before, whole batches were returned.
    """
    rows, found = Rows(ACTIVITIES), []
    with file.open() as content:
        for number, record in _records(content):
            row = _activity(record, context)
            if row is None:
                where = f"{file.path}#line{number}"
                reason = "an activity needs Activity ID, Activity Date and Elapsed Time"
                rows.rejected.append(reject(where, record.plain(), reason))
            else:
                found.append(row)
            if len(found) == BATCH:
                rows.table = pa.Table.from_pylist(found, schema=ACTIVITIES.columns)
                yield rows
                rows, found = Rows(ACTIVITIES), []
    rows.table = pa.Table.from_pylist(found, schema=ACTIVITIES.columns)
    yield rows


def _records(content: IO[bytes]) -> "Iterator[tuple[int, _Record]]":
    lines = csv.reader(io.TextIOWrapper(content, "utf-8-sig", errors="replace", newline=""))
    try:
        header = next(lines, [])
        for number, line in enumerate(lines, 2):
            if line:
                yield number, _Record(header, line)
    except csv.Error as error:
        raise ValueError(f"no whole CSV ({error}): download it again") from None


class _Record:
    """A line whose columns may have the same name."""

    def __init__(self, header: list[str], line: list[str]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in zip(header, line, strict=False):
            self._values.setdefault(name.strip(), []).append(value.strip())

    def text(self, name: str) -> str:
        """The first value that is there."""
        return next((value for value in self._values.get(name, []) if value), "")

    def exact(self, name: str) -> float | None:
        """The number of the last column of a name, which is exact and metric."""
        values = [value for value in self._values.get(name, []) if value]
        try:
            return float(values[-1].replace(",", "")) if values else None
        except ValueError:
            return None

    def has_exact(self, name: str) -> bool:
        """Whether a column comes twice."""
        return len(self._values.get(name, [])) > 1

    def plain(self) -> dict[str, list[str]]:
        """Everything, for the rejected record."""
        return self._values


def _activity(record: _Record, context: Context) -> dict | None:
    start = _instant(record.text("Activity Date"))
    seconds = record.exact("Elapsed Time")
    activity_id = record.text("Activity ID")
    if start is None or seconds is None or seconds < 0 or not activity_id:
        return None
    offset = context.clock.offset_at(int(start.timestamp()))
    distance = record.exact("Distance")
    if distance is not None and not record.has_exact("Distance"):
        distance = None  # in kilometres or miles: nothing says which
    return {
        "activity_id": activity_id,
        "local_date": (start + timedelta(seconds=offset)).date(),
        "start_ts": start,
        "end_ts": start + timedelta(seconds=seconds),
        "activity_type": _TYPES.get(record.text("Activity Type").lower(), "other"),
        "activity_name": record.text("Activity Type") or None,
        "distance_m": distance,
        "energy_kcal": record.exact("Calories"),
        "heart_rate_mean_bpm": record.exact("Average Heart Rate"),
        "heart_rate_max_bpm": record.exact("Max Heart Rate"),
        "extra": to_json({"moving_seconds": record.exact("Moving Time")}),
    }


def _instant(text: str) -> datetime | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
