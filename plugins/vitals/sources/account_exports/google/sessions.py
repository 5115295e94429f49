"""Sleeps, their stages and exercises: instants in UTC with the offset that the watch showed."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.csv_columns import CsvBlocks, column, numbers
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import ACTIVITIES, SLEEP_STAGES, SLEEPS, Rows
from vitals.sources.account_exports.times import MICROS, parse_times, to_datetime
from vitals.sources.rejected import to_json

# Words in names of exercises -> dim_activity_type; the first that fits.
_WORDS = (
    ("treadmill", "treadmill_running"), ("trail", "trail_running"), ("run", "running"),
    ("hik", "hiking"), ("walk", "walking"), ("mountain bik", "mountain_biking"),
    ("spin", "indoor_cycling"), ("stationary bike", "indoor_cycling"),
    ("bik", "cycling"), ("cycl", "cycling"), ("swim", "swimming"), ("yoga", "yoga"),
    ("pilates", "pilates"), ("elliptical", "elliptical"), ("stair", "stair_climbing"),
    ("weight", "strength_training"), ("strength", "strength_training"),
    ("interval", "interval_training"), ("hiit", "interval_training"), ("row", "rowing"),
    ("tennis", "racket_sport"), ("golf", "golf"), ("skat", "skating"), ("danc", "dancing"),
)  # fmt: skip


def activity_type(name: str | None) -> str:
    """Code of dim_activity_type for the name of an exercise."""
    lower = (name or "").lower().replace("_", " ")
    return next((code for word, code in _WORDS if word in lower), "other")


def nights(file: ExportFile) -> list[tuple[int, int, int]]:
    """(start, end, offset) in seconds of the sleeps in a file of UserSleeps."""
    found: list[tuple[int, int, int]] = []
    with file.open() as content:
        for table in CsvBlocks(content):
            starts, ends = _instants(table, "sleep_start"), _instants(table, "sleep_end")
            offsets = _offsets(table, "start_utc_offset")
            for start, end, offset in zip(starts, ends, offsets, strict=True):
                if start is not None and end is not None and offset is not None:
                    found.append((start // MICROS, end // MICROS, offset))
    return found


def read_sleeps(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Sleeps without their stages, which lie in files of their own."""
    for position, table in _blocks(file):
        rows, found = Rows(SLEEPS), []
        starts, ends = _instants(table, "sleep_start"), _instants(table, "sleep_end")
        offsets = _offsets(table, "start_utc_offset")
        end_offsets = _offsets(table, "end_utc_offset")
        for index, record in enumerate(table.to_pylist()):
            start, end = starts[index], ends[index]
            if start is None or end is None or end <= start or not record.get("sleep_id"):
                reason = "a sleep needs sleep_id, sleep_start and a later sleep_end"
                rows.rejected.append(reject(f"{file.path}#{position + index}", record, reason))
                continue
            at_end = end_offsets[index]
            if at_end is None:
                at_end = context.clock.offset_at(end // MICROS)
            found.append(
                {
                    "sleep_id": record["sleep_id"],
                    "local_date": to_datetime(end + at_end * MICROS).date(),
                    "start_ts": to_datetime(start),
                    "end_ts": to_datetime(end),
                    "utc_offset_seconds": offsets[index],
                    "sleep_type": (record.get("sleep_type") or "").lower() or None,
                    "extra": to_json({"data_source": record.get("data_source")}),
                }
            )
        rows.table = pa.Table.from_pylist(found, schema=SLEEPS.columns)
        yield rows


def read_stages(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Stages of sleeps."""
    for position, table in _blocks(file):
        rows, found = Rows(SLEEP_STAGES), []
        starts = _instants(table, "sleep_stage_start")
        ends = _instants(table, "sleep_stage_end")
        levels = column(table, "sleep_stage_type").to_pylist()
        ids = column(table, "sleep_id").to_pylist()
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if start is None or end is None or end < start or not ids[index] or not levels[index]:
                record = table.slice(index, 1).to_pylist()[0]
                reason = "a stage needs sleep_id, sleep_stage_type, a start and no earlier end"
                rows.rejected.append(reject(f"{file.path}#{position + index}", record, reason))
                continue
            found.append(
                {"sleep_id": ids[index], "start_ts": to_datetime(start), "end_ts": to_datetime(end),
                 "level": levels[index].lower()}
            )  # fmt: skip
        rows.table = pa.Table.from_pylist(found, schema=SLEEP_STAGES.columns)
        yield rows


def read_exercises(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Exercises of UserExercises."""
    for position, table in _blocks(file):
        rows, found = Rows(ACTIVITIES), []
        starts, ends = _instants(table, "exercise_start"), _instants(table, "exercise_end")
        offsets = _offsets(table, "utc_offset")
        figures = {name: _figures(table, source) for name, source in _FIGURES.items()}
        for index, record in enumerate(table.to_pylist()):
            start, end = starts[index], ends[index]
            if start is None or end is None or end < start or not record.get("exercise_id"):
                reason = "an exercise needs exercise_id, exercise_start and exercise_end"
                rows.rejected.append(reject(f"{file.path}#{position + index}", record, reason))
                continue
            offset = offsets[index]
            if offset is None:
                offset = context.clock.offset_at(start // MICROS)
            values = {name: figure[index] for name, figure in figures.items()}
            steps, millimetres = values.pop("steps"), values.pop("distance_mm")
            found.append(
                {
                    "activity_id": record["exercise_id"],
                    "local_date": to_datetime(start + offset * MICROS).date(),
                    "start_ts": to_datetime(start),
                    "end_ts": to_datetime(end),
                    "activity_type": activity_type(record.get("activity_name")),
                    "activity_name": record.get("activity_name") or None,
                    "steps": int(steps) if steps is not None else None,
                    "distance_m": millimetres / 1_000 if millimetres is not None else None,
                    "extra": to_json({"log_type": record.get("log_type")}),
                    **values,
                }
            )
        rows.table = pa.Table.from_pylist(found, schema=ACTIVITIES.columns)
        yield rows


_FIGURES = {
    "steps": "tracker_total_steps",
    "distance_mm": "tracker_total_distance_mm",
    "energy_kcal": "tracker_total_calories",
    "heart_rate_mean_bpm": "tracker_avg_heart_rate",
    "heart_rate_max_bpm": "tracker_peak_heart_rate",
}


def _figures(table: pa.Table, name: str) -> list[float | None]:
    if name not in table.column_names:
        return [None] * table.num_rows
    return [None if np.isnan(value) else float(value) for value in numbers(table.column(name))]


def _blocks(file: ExportFile) -> Iterator[tuple[int, pa.Table]]:
    position = 0
    with file.open() as content:
        for table in CsvBlocks(content):
            yield position, table
            position += table.num_rows


def _instants(table: pa.Table, name: str) -> list[int | None]:
    times = parse_times(column(table, name))
    return [int(at) if ok else None for at, ok in zip(times.micros, times.is_valid, strict=True)]


def _offsets(table: pa.Table, name: str) -> list[int | None]:
    """Offsets like +05:30 or -08:00 in seconds."""
    return [_offset(text) for text in column(table, name).to_pylist()]


def _offset(text: str | None) -> int | None:
    if not text or text[0] not in "+-" or len(text) < 5:
        return 0 if text in ("Z", "+0") else None
    hours, minutes = text[1:3], text[-2:]
    if not (hours.isdigit() and minutes.isdigit()):
        return None
    seconds = int(timedelta(hours=int(hours), minutes=int(minutes)).total_seconds())
    return -seconds if text[0] == "-" else seconds
