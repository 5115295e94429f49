"""Truth -> Parquet files, one per subject, for oracles that read files rather than Python."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vitals.simulator.truth import Truth, View
from vitals.simulator.truth.people import DAY, to_date, to_day, to_instant
from vitals.simulator.truth.totals import day_totals
from vitals.simulator.truth.zones import history

INSTANT = pa.timestamp("s", tz="UTC")
Row = dict[str, Any]


def write_truth(
    truth: Truth, folder: Path, first: date, last: date, now: int | None = None
) -> dict[str, int]:
    """Write the truth of the civil days `first` to `last`, both included.

    Args:
        truth: what to write.
        folder: where; made if absent. Files: accounts, time_zones, heart_rate, minutes, sleeps,
            sleep_stages, exercises, measures, weighings, day_totals.
        first: first civil day.
        last: last civil day.
        now: epoch second; what was not synced by then is left out. None writes everything.

    Returns:
        Rows written per file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    days = (to_day(first), to_day(last))
    views = [truth.view(account, now) for account in truth.accounts]
    tables = {
        "accounts": pa.Table.from_pylist([asdict(account) for account in truth.accounts]),
        "heart_rate": pa.concat_tables([heart_rate(view, *days) for view in views]),
        "minutes": pa.concat_tables([minutes(view, *days) for view in views]),
    }
    for name, rows in ROWS.items():
        found = [row for view in views for row in rows(view, *days)]
        tables[name] = pa.Table.from_pylist(found)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def heart_rate(view: View, first: int, last: int) -> pa.Table:
    """Samples: participant_id, at, bpm."""
    parts = [view.heart_of_civil_day(day) for day in range(first, last + 1)]
    at = [instant for part in parts for instant in part[0]]
    bpm = [value for part in parts for value in part[1]]
    return pa.table(
        {
            "participant_id": pa.repeat(view.account.participant_id, len(at)),
            "at": pa.array(at, pa.int64()).cast(INSTANT),
            "bpm": pa.array(bpm, pa.int64()),
        }
    )


def minutes(view: View, first: int, last: int) -> pa.Table:
    """Minutes: participant_id, start, local_date, worn, steps, distance, floors, energy, zone."""
    table = view.minutes_between(first, last)
    return pa.table(
        {
            "participant_id": pa.repeat(view.account.participant_id, len(table.start)),
            "start": pa.array(table.start).cast(INSTANT),
            "local_date": pa.array(table.civil_day.astype("int32")).cast(pa.date32()),
            "worn": table.worn,
            "steps": table.steps,
            "distance_mm": table.distance_mm,
            "floors": table.floors,
            "active_kcal": table.active_kcal,
            "zone": table.zone,
        }
    )


def time_zone_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Zones that were in force, each from its first instant."""
    for at, zone in history(view.account, (first - 1) * DAY, (last + 2) * DAY):
        yield {**whose(view), "valid_from": to_instant(at), "time_zone": zone}


def sleep_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Sleeps by the civil day on which they end."""
    for sleep in view.sleeps(first, last):
        yield {
            **whose(view),
            "local_date": to_date(sleep.day),
            "start": to_instant(sleep.start),
            "end": to_instant(sleep.end),
            "kind": sleep.kind,
            "is_main": sleep.is_main,
            "asleep_seconds": sleep.asleep_seconds,
            "short_awake_seconds": sleep.short_awake_seconds,
        }


def stage_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Stages of those sleeps; short awakenings have level `short_awake`."""
    for sleep in view.sleeps(first, last):
        levels = [(stage, stage.level) for stage in sleep.stages]
        levels += [(stage, "short_awake") for stage in sleep.short_awakenings]
        for stage, level in levels:
            times = {"start": to_instant(stage.start), "end": to_instant(stage.end)}
            yield {**whose(view), "sleep_start": to_instant(sleep.start), **times, "level": level}


def exercise_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Exercises by the civil day on which they start."""
    for exercise in view.exercises(first, last):
        yield {
            **whose(view),
            "local_date": to_date(exercise.day),
            "number": exercise.number,
            "kind": exercise.kind.name,
            "start": to_instant(exercise.start),
            "end": to_instant(exercise.end),
            "moving_seconds": exercise.moving_seconds,
            "distance_m": exercise.distance_m,
            "elevation_m": exercise.elevation_m,
            "is_private": exercise.is_private,
            "is_manual": exercise.is_manual,
        }


def measure_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Daily values."""
    for day in range(first, last + 1):
        measures = view.measures(day)
        if measures is not None:
            yield {**whose(view), "local_date": to_date(day), **vars(measures)}


def weighing_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Weighings."""
    for one in view.weighings(first, last):
        values = {"weight_g": one.weight_g, "body_fat_pct": one.body_fat_pct}
        yield {**whose(view), "at": to_instant(one.at), "number": one.number, **values}


def total_rows(view: View, first: int, last: int) -> Iterator[Row]:
    """Day totals."""
    for day in range(first, last + 1):
        totals = day_totals(view, day)
        row = {**whose(view), **asdict(totals), "local_date": to_date(day)}
        zones = row.pop("zone_minutes")
        yield row | {f"zone_{name.lower()}_minutes": count for name, count in zones.items()}


def whose(view: View) -> Row:
    """The columns that say whose row it is."""
    return {"participant_id": view.account.participant_id}


ROWS = {
    "time_zones": time_zone_rows,
    "sleeps": sleep_rows,
    "sleep_stages": stage_rows,
    "exercises": exercise_rows,
    "measures": measure_rows,
    "weighings": weighing_rows,
    "day_totals": total_rows,
}
