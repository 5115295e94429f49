"""The shapes of rows that every export is read into; the tables are `raw.<family>__<shape>`."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

from vitals.sources.rejected import Rejected, count_rows

INSTANT = pa.timestamp("us", tz="UTC")

# Families of formats, which share tables, and the formats of each.
FAMILIES = {
    "fitbit_export": ("takeout", "pmdata"),
    "google_health_export": ("takeout",),
    "apple_health": ("apple_health",),
    "strava_export": ("strava",),
    "garmin_export": ("garmin",),
}


@dataclass(frozen=True)
class Shape:
    """Rows of one kind, whatever the format.

    Attributes:
        name: second half of the table's name.
        resource: what raw.loads calls it; a detail table goes under the name of what it details.
        key: columns that make a row of an account unique, `account_id` left out.
        columns: Arrow schema without account_id and load_id.
        json: columns that hold JSON text.
    """

    name: str
    resource: str
    key: tuple[str, ...]
    columns: pa.Schema
    json: frozenset[str] = frozenset()


HEART_RATES = Shape(
    "heart_rates",
    "heart_rates",
    ("ts",),
    pa.schema([("ts", INSTANT), ("bpm", pa.float32()), ("confidence", pa.int16())]),
)
MEASUREMENTS = Shape(
    "measurements",
    "measurements",
    ("metric", "ts"),
    pa.schema(
        [
            ("metric", pa.string()),
            ("ts", INSTANT),
            ("end_ts", INSTANT),
            ("local_date", pa.date32()),
            ("value", pa.float64()),
        ]
    ),
)
DAILY_VALUES = Shape(
    "daily_values",
    "daily_values",
    ("local_date", "metric"),
    pa.schema([("local_date", pa.date32()), ("metric", pa.string()), ("value", pa.float64())]),
)
SLEEPS = Shape(
    "sleeps",
    "sleeps",
    ("sleep_id",),
    pa.schema(
        [
            ("sleep_id", pa.string()),
            ("local_date", pa.date32()),
            ("start_ts", INSTANT),
            ("end_ts", INSTANT),
            ("utc_offset_seconds", pa.int32()),
            ("sleep_type", pa.string()),
            ("levels", pa.string()),
            ("short_awakenings", pa.string()),
            ("extra", pa.string()),
        ]
    ),
    json=frozenset({"levels", "short_awakenings", "extra"}),
)
SLEEP_STAGES = Shape(
    "sleep_stages",
    "sleeps",
    ("sleep_id", "start_ts"),
    pa.schema(
        [
            ("sleep_id", pa.string()),
            ("start_ts", INSTANT),
            ("end_ts", INSTANT),
            ("level", pa.string()),
        ]
    ),
)
ACTIVITIES = Shape(
    "activities",
    "activities",
    ("activity_id",),
    pa.schema(
        [
            ("activity_id", pa.string()),
            ("local_date", pa.date32()),
            ("start_ts", INSTANT),
            ("end_ts", INSTANT),
            ("activity_type", pa.string()),
            ("activity_name", pa.string()),
            ("steps", pa.int32()),
            ("distance_m", pa.float64()),
            ("energy_kcal", pa.float64()),
            ("heart_rate_mean_bpm", pa.float64()),
            ("heart_rate_max_bpm", pa.float64()),
            ("extra", pa.string()),
        ]
    ),
    json=frozenset({"extra"}),
)
SHAPES = (HEART_RATES, MEASUREMENTS, DAILY_VALUES, SLEEPS, SLEEP_STAGES, ACTIVITIES)


@dataclass
class Rows:
    """A piece of what a file holds, small enough for memory.

    Attributes:
        shape: of the rows.
        table: good rows, in any order, keys may repeat; None if this piece has none.
        rejected: records that failed validation.
        without_value: placeholders that stand for no value.
        left_out: records that have no place in the warehouse, by their type.
        device: what the account's device is called, where an export mixes devices whose values must
            not be added up; becomes part of the account id.
    """

    shape: Shape
    table: pa.Table | None = None
    rejected: list[Rejected] = field(default_factory=list)
    without_value: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    device: str | None = None

    @property
    def count(self) -> int:
        """How many records were read."""
        good = self.table.num_rows if self.table is not None else 0
        return good + count_rows(self.rejected)
