"""What Garmin states once a day -> one row a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from vitals.sources._api.reading import Reading
from vitals.sources._api.records import Record, Shape
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.garmin import series, shapes
from vitals.sources.garmin.connection import Connection
from vitals.sources.rejected import to_json

KEY = ("local_date",)
REAL, WHOLE, SMALL, TEXT = pa.float64(), pa.int32(), pa.int16(), pa.string()
SUMMARIES = "/usersummary-service/v2/dailysummaries"
# Field of an answer -> column, and its type.
Columns = dict[str, tuple[str, pa.DataType]]
SUMMARY_COLUMNS: Columns = {
    "totalSteps": ("steps", WHOLE),
    "dailyStepGoal": ("step_goal", WHOLE),
    "totalDistanceMeters": ("distance_m", REAL),
    "floorsAscended": ("floors", REAL),
    "totalKilocalories": ("energy_kcal", REAL),
    "activeKilocalories": ("active_energy_kcal", REAL),
    "bmrKilocalories": ("basal_energy_kcal", REAL),
    "restingHeartRate": ("resting_heart_rate_bpm", SMALL),
    "minHeartRate": ("heart_rate_min_bpm", SMALL),
    "maxHeartRate": ("heart_rate_max_bpm", SMALL),
    "averageStressLevel": ("stress_mean_level", SMALL),
    "maxStressLevel": ("stress_max_level", SMALL),
    "bodyBatteryHighestValue": ("body_battery_max_level", SMALL),
    "bodyBatteryLowestValue": ("body_battery_min_level", SMALL),
    "moderateIntensityMinutes": ("moderate_intensity_minutes", WHOLE),
    "vigorousIntensityMinutes": ("vigorous_intensity_minutes", WHOLE),
}
# Negative where nothing was measured.
SENTINELS = ("averageStressLevel", "maxStressLevel")
STEP_COLUMNS: Columns = {
    "totalSteps": ("steps", WHOLE),
    "totalDistance": ("distance_m", REAL),
    "stepGoal": ("step_goal", WHOLE),
}
HRV_COLUMNS: Columns = {
    "lastNightAvg": ("rmssd_ms", REAL),
    "lastNight5MinHigh": ("rmssd_max_ms", REAL),
    "weeklyAvg": ("rmssd_week_mean_ms", REAL),
    "status": ("status", TEXT),
}
BASELINE_COLUMNS: Columns = {
    "lowUpper": ("baseline_low_upper_ms", REAL),
    "balancedLow": ("baseline_balanced_low_ms", REAL),
    "balancedUpper": ("baseline_balanced_high_ms", REAL),
}
SPO2_COLUMNS: Columns = {
    "averageSpO2": ("spo2_mean_pct", REAL),
    "lowestSpO2": ("spo2_min_pct", REAL),
}


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([("local_date", pa.date32()), *columns, ("extra", TEXT)])


SUMMARY_SCHEMA = _schema(*SUMMARY_COLUMNS.values())
STEP_SCHEMA = _schema(*STEP_COLUMNS.values())
HRV_SCHEMA = _schema(*HRV_COLUMNS.values(), *BASELINE_COLUMNS.values())
SPO2_SCHEMA = _schema(*SPO2_COLUMNS.values(), ("readings", TEXT))
AGE_SCHEMA = _schema(
    ("chronological_age_years", SMALL), ("fitness_age_years", REAL), ("vo2_max_ml_per_kg_min", REAL)
)


def read_summaries(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Totals of days."""
    answer = api.get(reading, SUMMARIES, startDate=str(window.first), endDate=str(window.last))
    days = reading.inside(answer, "data")
    reading.note_unknown(answer, "data")

    def columns(day: Record) -> Record:
        row = _renamed(day, SUMMARY_COLUMNS)
        for name in SENTINELS:
            column = SUMMARY_COLUMNS[name][0]
            row[column] = None if (row[column] or 0) < 0 else row[column]
        return row

    return _finish(days, shapes.SUMMARY, columns, SUMMARY_SCHEMA, window, reading)


def read_steps(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Steps of days."""
    path = f"/usersummary-service/stats/steps/daily/{window.first}/{window.last}"
    days = reading.whole(api.get(reading, path))
    return _finish(
        days, shapes.STEPS, lambda day: _renamed(day, STEP_COLUMNS), STEP_SCHEMA, window, reading
    )


def read_hrv(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Heart-rate variability of nights."""
    answer = api.get(reading, f"/hrv-service/hrv/daily/{window.first}/{window.last}")
    nights = reading.inside(answer, "hrvSummaries")
    reading.note_unknown(answer, "hrvSummaries", "userProfilePk")

    def columns(night: Record) -> Record:
        baseline = night.get("baseline") or {}
        return _renamed(night, HRV_COLUMNS) | _renamed(baseline, BASELINE_COLUMNS)

    return _finish(nights, shapes.HRV_SUMMARY, columns, HRV_SCHEMA, window, reading)


def read_spo2(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Oxygen saturation of nights, with its readings."""
    rows: list[Record] = []
    for day in series.days_of(window):
        answer = api.get(reading, f"/wellness-service/wellness/daily/spo2acclimation/{day}")
        for one in reading.take(shapes.SPO2, series.about(answer, day, reading), day).valid:
            readings = [
                {"ts": series.instant(value["timestamp"]).isoformat(), "pct": value["spo2Reading"]}
                for value in series.measured(series.SPO2, answer, day, reading)
            ]
            if readings or one.get("averageSpO2") is not None:
                rows.append(
                    {
                        "local_date": day,
                        **_renamed(one, SPO2_COLUMNS),
                        "readings": to_json(readings) if readings else None,
                        "extra": _extra_but_arrays(one),
                    }
                )
    return reading.finish(rows, SPO2_SCHEMA, KEY)


def _extra_but_arrays(answer: Record) -> str | None:
    arrays = (series.SPO2.values, series.SPO2.descriptors)
    return shapes.SPO2.extra({name: answer[name] for name in answer if name not in arrays})


def read_fitness_age(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """Fitness age of days, and the maximal oxygen uptake that it was computed from."""
    rows: list[Record] = []
    for day in series.days_of(window):
        answer = api.get(reading, f"/fitnessage-service/fitnessage/v2/{day}")
        for one in reading.take(shapes.FITNESS_AGE, series.about(answer, day, reading), day).valid:
            vo2_max = _vo2_max(one.get("components"))
            if vo2_max is None and one.get("fitnessAge") is None:
                continue
            rows.append(
                {
                    "local_date": day,
                    "chronological_age_years": one.get("chronologicalAge"),
                    "fitness_age_years": one.get("fitnessAge"),
                    "vo2_max_ml_per_kg_min": vo2_max,
                    "extra": shapes.FITNESS_AGE.extra(one),
                }
            )
    return reading.finish(rows, AGE_SCHEMA, KEY)


def _vo2_max(components: Record | None) -> float | None:
    value = ((components or {}).get("vo2Max") or {}).get("value")
    return value if value and value > 0 else None


def _renamed(record: Record, columns: Columns) -> Record:
    return {column: record.get(name) for name, (column, _) in columns.items()}


def _finish(
    days: list[Any],
    shape: Shape,
    columns: Callable[[Record], Record],
    schema: pa.Schema,
    window: DateWindow,
    reading: Reading,
) -> Fetched:
    """The days of the window in which anything was measured."""
    found = reading.take(shape, days, f"{window.first}/{window.last}").valid
    rows = [
        {"local_date": day["calendarDate"], **columns(day), "extra": shape.extra(day)}
        for day in found
        if window.first <= day["calendarDate"] <= window.last
    ]
    return reading.finish(rows, schema, KEY)


def last_complete_date(
    api: Connection, today: date, time_zone: str | None, reading: Reading
) -> date | None:
    """The day before that of the last sync, in the zone of the person.

    Args:
        api: the account.
        today: of UTC.
        time_zone: IANA name; without one the day is taken that has ended everywhere.
        reading: counts the answers.
    """
    first, last = today - timedelta(days=1), today + timedelta(days=1)
    answer = api.get(reading, SUMMARIES, startDate=str(first), endDate=str(last))
    found = reading.take(shapes.SUMMARY, reading.inside(answer, "data")).valid
    synced = [one["lastSyncTimestampGMT"] for one in found if one.get("lastSyncTimestampGMT")]
    if not synced:
        return None
    return _local(max(synced).replace(tzinfo=UTC), time_zone).date() - timedelta(days=1)


def _local(at: datetime, time_zone: str | None) -> datetime:
    try:
        return at.astimezone(ZoneInfo(time_zone)) if time_zone else at - timedelta(hours=12)
    except (ZoneInfoNotFoundError, ValueError):
        return at - timedelta(hours=12)
