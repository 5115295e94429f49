"""Values that Fitbit states once a day -> one row a day.

Those that are measured in sleep belong to the day on which the sleep ended.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vitals.sources._api.reading import Reading
from vitals.sources._api.records import Record, Shape
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit import shapes
from vitals.sources.fitbit.connection import Connection
from vitals.sources.rejected import to_json

KEY = ("local_date",)


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([("local_date", pa.date32()), *columns.items(), ("extra", pa.string())])


@dataclass(frozen=True)
class Daily:
    """One endpoint that states a list of days.

    Attributes:
        path: what stands before /date/ in the address.
        key: where the list stands in the answer; None if it is the answer.
        shape: what a day looks like.
        schema: columns of the rows.
        columns: a valid day -> its own columns.
    """

    path: str
    key: str | None
    shape: Shape
    schema: pa.Schema
    columns: Callable[[Record], Record]


def _heart(day: Record) -> Record:
    value = day["value"]
    zones = value.get("heartRateZones")
    custom = value.get("customHeartRateZones")
    return {
        "resting_heart_rate_bpm": value.get("restingHeartRate"),
        "heart_rate_zones": to_json(zones) if zones else None,
        "custom_heart_rate_zones": to_json(custom) if custom else None,
    }


def _zone_minutes(day: Record) -> Record:
    value = day["value"]
    return {
        "active_zone_minutes": value["activeZoneMinutes"],
        "fat_burn_minutes": value.get("fatBurnActiveZoneMinutes"),
        "cardio_minutes": value.get("cardioActiveZoneMinutes"),
        "peak_minutes": value.get("peakActiveZoneMinutes"),
    }


def _vo2_max(day: Record) -> Record:
    low, _, high = (part.strip() for part in day["value"]["vo2Max"].partition("-"))
    bounds = float(low), float(high or low)
    return {
        "vo2_max_ml_per_kg_min": sum(bounds) / 2,
        "vo2_max_low_ml_per_kg_min": min(bounds),
        "vo2_max_high_ml_per_kg_min": max(bounds),
    }


def _named(**fields: str) -> Callable[[Record], Record]:
    """Columns that hold a field of the value as it is."""

    def columns(day: Record) -> Record:
        return {column: day["value"].get(name) for column, name in fields.items()}

    return columns


REAL, WHOLE, TEXT = pa.float64(), pa.int32(), pa.string()
DAILY = {
    "heart_rate_daily": Daily(
        "activities/heart",
        "activities-heart",
        shapes.HEART_DAY,
        _schema(
            resting_heart_rate_bpm=pa.int16(), heart_rate_zones=TEXT, custom_heart_rate_zones=TEXT
        ),
        _heart,
    ),
    "active_zone_minutes": Daily(
        "activities/active-zone-minutes",
        "activities-active-zone-minutes",
        shapes.ZONE_MINUTE_DAY,
        _schema(
            active_zone_minutes=WHOLE,
            fat_burn_minutes=WHOLE,
            cardio_minutes=WHOLE,
            peak_minutes=WHOLE,
        ),
        _zone_minutes,
    ),
    "hrv": Daily(
        "hrv",
        "hrv",
        shapes.HRV_DAY,
        _schema(rmssd_ms=REAL, deep_sleep_rmssd_ms=REAL),
        _named(rmssd_ms="dailyRmssd", deep_sleep_rmssd_ms="deepRmssd"),
    ),
    "spo2": Daily(
        "spo2",
        None,
        shapes.SPO2_DAY,
        _schema(spo2_mean_pct=REAL, spo2_min_pct=REAL, spo2_max_pct=REAL),
        _named(spo2_mean_pct="avg", spo2_min_pct="min", spo2_max_pct="max"),
    ),
    "breathing_rate": Daily(
        "br",
        "br",
        shapes.BREATHING_DAY,
        _schema(breaths_per_min=REAL),
        _named(breaths_per_min="breathingRate"),
    ),
    "skin_temperature": Daily(
        "temp/skin",
        "tempSkin",
        shapes.TEMPERATURE_DAY,
        _schema(deviation_celsius=REAL, log_type=TEXT),
        lambda day: {
            "deviation_celsius": day["value"]["nightlyRelative"],
            "log_type": day.get("logType"),
        },
    ),
    "cardio_score": Daily(
        "cardioscore",
        "cardioScore",
        shapes.CARDIO_DAY,
        _schema(
            vo2_max_ml_per_kg_min=REAL,
            vo2_max_low_ml_per_kg_min=REAL,
            vo2_max_high_ml_per_kg_min=REAL,
        ),
        _vo2_max,
    ),
}


def read(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The days of a resource that is one endpoint."""
    daily = DAILY[reading.resource]
    answer = api.between(daily.path, window.first, window.last)
    reading.fetched.responses += 1
    rows = [
        {"local_date": day["dateTime"], **daily.columns(day), "extra": daily.shape.extra(day)}
        for day in _days(answer, daily.key, daily.shape, window, reading)
    ]
    return reading.finish(rows, daily.schema, KEY)


def _days(
    answer: Any, key: str | None, shape: Shape, window: DateWindow, reading: Reading
) -> list[Record]:
    """The valid days of an answer that lie in the window."""
    days = reading.inside(answer, key) if key else reading.whole(answer)
    if key:
        reading.note_unknown(answer, key)
    found = reading.take(shape, days, f"{window.first}/{window.last}")
    return [day for day in found.valid if window.first <= day["dateTime"] <= window.last]


# Fitbit's name of a daily total -> column and shape, with the factor to our unit.
TOTALS = {
    "steps": ("steps", shapes.DAY_COUNT, 1),
    "distance": ("distance_m", shapes.DAY_AMOUNT, 1_000),
    "floors": ("floors", shapes.DAY_COUNT, 1),
    "calories": ("energy_kcal", shapes.DAY_AMOUNT, 1),
    "activityCalories": ("activity_energy_kcal", shapes.DAY_AMOUNT, 1),
}
TOTALS_SCHEMA = _schema(
    steps=WHOLE, distance_m=REAL, floors=WHOLE, energy_kcal=REAL, activity_energy_kcal=REAL
)


def read_totals(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Totals of days, which Fitbit states in one series for each quantity."""
    rows: dict[Any, Record] = defaultdict(dict)
    for name, (column, shape, factor) in TOTALS.items():
        answer = api.time_series(
            f"activities/{name}", base_date=str(window.first), end_date=str(window.last)
        )
        reading.fetched.responses += 1
        for day in _days(answer, f"activities-{name}", shape, window, reading):
            row = rows[day["dateTime"]]
            row[column] = round(day["value"] * factor, 2)
            row["extra"] = row.get("extra") or shape.extra(day)
    return reading.finish(
        [{"local_date": day, **row} for day, row in rows.items()], TOTALS_SCHEMA, KEY
    )
