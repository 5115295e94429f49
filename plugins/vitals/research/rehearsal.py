"""Synthetic people and their heart-rate events -> raw, as the loaders would leave them.

Straight to raw and not through the broker: the plots are about the questions, and a year of events
would take the stream a year.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
import pyarrow as pa

from vitals.synthetic.heart_events import HeartEvents
from vitals.synthetic.operational import first_rows
from vitals.warehouse import INCLUDE_SQL, connect, only_value

TOPIC = "heart_rates"
EVENTS_AT_ONCE = 100_000

Row = dict[str, Any]


def fill(dsn: str, made: HeartEvents, count: int) -> None:
    """Load the people of a cohort and their first events."""
    changes = first_rows(made.seed, made.people)
    activities = [one.row for one in changes if one.kind == "activity" and one.row]
    users = [one.row for one in changes if one.kind == "user" and one.row]
    zones = {person.user_id: person.home_zone for person in made.cohort}
    with connect(dsn) as connection:
        load_people(connection, activities, users, zones)
        firsts = range(0, count, EVENTS_AT_ONCE)
        load_events(
            connection,
            (made.table(first, min(EVENTS_AT_ONCE, count - first)) for first in firsts),
            count,
        )


def load_people(
    connection: psycopg.Connection,
    activities: Sequence[Row],
    users: Sequence[Row],
    zones: dict[str, str],
) -> None:
    """Load activities and users of the operational database, and the zones that a watch states."""
    with connection.cursor() as cursor:
        load_id = _load(connection, "oltp", "activities", len(activities))
        cursor.executemany(
            _statement("add_activity"), [{"load_id": load_id, **row} for row in activities]
        )
        load_id = _load(connection, "oltp", "users", len(users))
        cursor.executemany(_statement("add_user"), [{"load_id": load_id, **row} for row in users])
        load_id = _load(connection, "iot", "users", len(zones))
        rows = [
            {"load_id": load_id, "user_id": row["user_id"], "created_at": row["created_at"],
             "time_zone": zones[row["user_id"]]}
            for row in users if row["user_id"] in zones
        ]  # fmt: skip
        cursor.executemany(_statement("add_zone"), rows)


def load_events(connection: psycopg.Connection, tables: Iterable[pa.Table], count: int) -> None:
    """Load events, tables of `heart_events.SCHEMA`, in one load."""
    load_id = _load(connection, "stream", "heart_rates", count)
    offset = 0
    with connection.cursor().copy(_statement("copy_events")) as copy:
        for table in tables:
            instants = table["ts_ms"].cast(pa.timestamp("ms", tz="UTC")).to_pylist()
            rest = table.drop_columns("ts_ms").to_pydict()
            rows = zip(instants, *rest.values(), strict=True)
            for ts, user_id, bpm, activity_id, latitude, longitude in rows:
                copy.write_row(
                    (TOPIC, 0, offset, ts, user_id, bpm, activity_id, latitude, longitude, load_id)
                )
                offset += 1


def _load(connection: psycopg.Connection, source: str, resource: str, rows: int) -> int:
    values = {"source": source, "resource": resource, "rows": rows}
    return only_value(connection.execute(_statement("add_load"), values))


def _statement(name: str) -> str:
    return (INCLUDE_SQL / "research" / f"{name}.sql").read_text(encoding="utf-8")
