"""Sleep logs (v1.2) -> sleeps with their stages, counted from the start of the sleep.

Fitbit gives stages wall-clock times without an offset. Counted in seconds from the start they are
right in the nights in which the clock is changed, too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa

from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit.connection import Connection
from vitals.sources.fitbit.shapes import SLEEP_LOG
from vitals.sources.rejected import to_json

KEY = ("start_ts", "log_id")
SCHEMA = pa.schema(
    [
        ("local_date", pa.date32()),
        ("log_id", pa.int64()),
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("duration_ms", pa.int64()),
        ("sleep_type", pa.string()),
        ("is_main_sleep", pa.bool_()),
        ("efficiency_pct", pa.float64()),
        ("minutes_asleep", pa.int32()),
        ("minutes_awake", pa.int32()),
        ("minutes_to_fall_asleep", pa.int32()),
        ("minutes_after_wakeup", pa.int32()),
        ("minutes_in_bed", pa.int32()),
        ("log_type", pa.string()),
        ("info_code", pa.int16()),
        ("levels", pa.string()),
        ("short_awakenings", pa.string()),
        ("level_summary", pa.string()),
        ("extra", pa.string()),
    ]
)


def read(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """The sleeps that ended on some days."""
    answer = api.between("sleep", window.first, window.last, version="1.2")
    reading.fetched.responses += 1
    logs = reading.inside(answer, "sleep")
    reading.note_unknown(answer, "sleep", "meta", "pagination")
    found = reading.take(SLEEP_LOG, logs, f"{window.first}/{window.last}")
    wanted = (log for log in found.valid if window.first <= log["dateOfSleep"] <= window.last)
    return reading.finish([_row(log) for log in wanted], SCHEMA, KEY)


def _row(log: Record) -> Record:
    levels = log.get("levels") or {}
    spans = since_start(log["startTime"], levels.get("data") or [], log["duration"] // 1_000)
    shorts = upon(spans, levels.get("shortData") or [])
    summary = levels.get("summary")
    return {
        "local_date": log["dateOfSleep"],
        "log_id": log["logId"],
        "start_ts": log["startTime"].replace(tzinfo=UTC),
        "end_ts": log["endTime"].replace(tzinfo=UTC),
        "duration_ms": log["duration"],
        "sleep_type": log.get("type"),
        "is_main_sleep": log.get("isMainSleep"),
        "efficiency_pct": log.get("efficiency"),
        "minutes_asleep": log.get("minutesAsleep"),
        "minutes_awake": log.get("minutesAwake"),
        "minutes_to_fall_asleep": log.get("minutesToFallAsleep"),
        "minutes_after_wakeup": log.get("minutesAfterWakeup"),
        "minutes_in_bed": log.get("timeInBed"),
        "log_type": log.get("logType"),
        "info_code": log.get("infoCode"),
        "levels": _as_json(spans),
        "short_awakenings": _as_json(shorts),
        "level_summary": to_json(summary) if summary else None,
        "extra": SLEEP_LOG.extra(log),
    }


def since_start(start: datetime, levels: Sequence[Record], duration_seconds: int) -> list[Record]:
    """Stages with `elapsed_seconds`, from the start of the sleep to that of the stage.

    Stages that fill the sleep follow each other without a gap; then their lengths tell where each
    begins, whatever the clock did. With gaps only the clock can tell.
    """
    fills = sum(level["seconds"] for level in levels) == duration_seconds
    spans, elapsed = [], 0
    for level in levels:
        if not fills:
            elapsed = int((level["dateTime"] - start).total_seconds())
        spans.append({**level, "elapsed_seconds": elapsed})
        elapsed += level["seconds"]
    return spans


def upon(spans: Sequence[Record], shorts: Sequence[Record]) -> list[Record]:
    """Short awakenings with `elapsed_seconds`, found by the stage that each lies on."""
    placed, under = [], 0
    for short in shorts:
        while under < len(spans) and not _covers(spans[under], short):
            under += 1
        if under == len(spans):
            # Out of order, or on no stage: leave it out of the count, as Fitbit's own totals do.
            under = 0
            continue
        span = spans[under]
        shift = int((short["dateTime"] - span["dateTime"]).total_seconds())
        placed.append({**short, "elapsed_seconds": span["elapsed_seconds"] + shift})
    return placed


def _covers(span: Record, short: Record) -> bool:
    return 0 <= (short["dateTime"] - span["dateTime"]).total_seconds() < span["seconds"]


def _as_json(spans: Sequence[Record]) -> str | None:
    """The stages without their wall-clock times; None if there are none."""
    kept = [{key: span[key] for key in span if key != "dateTime"} for span in spans]
    return to_json(kept) if kept else None
