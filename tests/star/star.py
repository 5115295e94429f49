"""Hand-made versions of members and events of the stream: what the tests of the star use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from tests.dbt.warehouse import Warehouse

BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
FACT = "fct_heart_rates"

ADD_USER = """
    insert into raw.oltp__users
        (user_id, load_id, is_deleted, updated_at, created_at, city, country_code)
    values (%s, %s, %s, %s, %s, %s, %s)
"""
ADD_ACTIVITY = """
    insert into raw.oltp__activities (activity_id, load_id, is_deleted, updated_at, name)
    values (%s, %s, %s, %s, %s)
"""
ADD_EVENT = """
    insert into raw.stream__heart_rates (
        topic, kafka_partition, kafka_offset, ts, user_id, activity_id, heart_rate_bpm, load_id
    )
    values ('heart_rates', 0, %s, %s, %s, %s, 70, %s)
"""
# What an event is found to belong to, in words.
FOUND = """
    select
        facts.kafka_offset,
        participants.participant_id,
        participants.city,
        countries.country_code,
        activities.activity_id,
        activities.activity_name
    from stage.fct_heart_rates as facts
    inner join stage.dim_participant as participants using (participant_key)
    inner join stage.dim_country as countries using (country_key)
    inner join stage.dim_activity as activities using (activity_key)
    inner join stage.dim_date as dates on facts.date_key = dates.date_day
    inner join stage.dim_time as times on facts.time_key = times.second_of_day
    where facts.ts = (facts.date_key + times.time_of_day) at time zone 'UTC'
    order by facts.kafka_offset
"""


def at(hour: float) -> datetime:
    """An instant, in hours since the begin of all tests."""
    return BEGIN + timedelta(hours=hour)


@dataclass(frozen=True)
class Version:
    """What a member is from an hour on; `says` (a city or a name) is None if it was deleted."""

    member: str
    hour: float
    says: str | None
    created_hour: float | None = None
    country: str | None = None


@dataclass(frozen=True)
class Event:
    """A heart rate."""

    offset: int
    hour: float
    user: str
    activity: str | None = None


class Star:
    """A warehouse with versions and events, loaded in whatever order."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.connection: psycopg.Connection[Any] = warehouse.connection

    def users(self, *versions: Version) -> int:
        """Load versions of users, at most one of each."""
        load_id = self.warehouse.load("users", source="oltp")
        for one in versions:
            created = None if one.created_hour is None else at(one.created_hour)
            row = (one.member, load_id, one.says is None, at(one.hour), created)
            self.connection.execute(ADD_USER, (*row, one.says, one.country))
        return load_id

    def activities(self, *versions: Version) -> int:
        """Load versions of activities, at most one of each."""
        load_id = self.warehouse.load("activities", source="oltp")
        for one in versions:
            row = (one.member, load_id, one.says is None, at(one.hour), one.says)
            self.connection.execute(ADD_ACTIVITY, row)
        return load_id

    def events(self, *events: Event) -> int:
        load_id = self.warehouse.load("heart_rates", source="stream")
        rows = [(one.offset, at(one.hour), one.user, one.activity, load_id) for one in events]
        with self.connection.cursor() as cursor:
            cursor.executemany(ADD_EVENT, rows)
        return load_id

    def build(self, *more: str) -> str:
        """Run the fact's model; returns what it did."""
        return self.warehouse.transform("--select", FACT, *more)[FACT]

    def found(self) -> dict[int, tuple[Any, ...]]:
        """What each event was found to belong to, by offset."""
        rows = self.warehouse.rows(FOUND)
        return {row["kafka_offset"]: tuple(row.values())[1:] for row in rows}

    def forget(self) -> None:
        """Begin anew: no rows, no loads."""
        tables = "raw.oltp__users, raw.oltp__activities, raw.stream__heart_rates, raw.loads"
        self.connection.execute(f"truncate {tables} cascade")
        self.connection.execute("truncate stage.fct_heart_rates")
        self.connection.execute("delete from stage.load_progress")


UNKNOWN = "(unknown)"


def in_force(versions: Iterable[Version], hour: float, is_user: bool) -> Version | None:
    """The oracle: the version of one member at an hour, as a person would look it up.

    Args:
        versions: of the member, in the order in which they were read.
        hour: when.
        is_user: users begin when they were created, activities have always been there.
    """
    known: list[tuple[float, Version]] = []
    clock = float("-inf")
    for one in versions:
        clock = max(clock, one.hour)
        known.append((clock, one))
    current = None
    for begin, one in known:
        if begin <= hour:
            current = one
    if current is None and known:
        first_hour = known[0][0]
        first = [one for begin, one in known if begin == first_hour][-1]
        reaches = first.created_hour if is_user else float("-inf")
        if first.says is not None and reaches is not None and reaches <= hour:
            current = first
    return current if current and current.says is not None else None
