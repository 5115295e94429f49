"""Seed -> the operational database of the cohort: users and activities, and what becomes of them.

Users are the people of the cohort (`population`), activities and towns those of the stream
(`activities`). Changes are drawn from the state that they change, so that whoever keeps the list
knows the whole history; the database itself forgets it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import psycopg
from psycopg.rows import dict_row

from vitals.synthetic.activities import ACTIVITIES, PLACES, home_of
from vitals.synthetic.population import person
from vitals.synthetic.randomness import Stream, generator
from vitals.warehouse import INCLUDE_SQL

Row = dict[str, Any]
Kind = Literal["user", "activity"]

# Activities are older than all people.
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
KEYS: dict[Kind, str] = {"user": "user_id", "activity": "activity_id"}


@dataclass(frozen=True)
class Change:
    """One change: the row as it is afterwards, None if it was deleted."""

    kind: Kind
    key: str
    row: Row | None


@dataclass
class State:
    """The rows of both tables by key."""

    users: dict[str, Row]
    activities: dict[str, Row]

    def apply(self, change: Change) -> None:
        """Make a change."""
        rows = self.users if change.kind == "user" else self.activities
        if change.row is None:
            rows.pop(change.key, None)
        else:
            rows[change.key] = change.row


def first_rows(seed: int, people: int) -> list[Change]:
    """All users and activities as they were created."""
    made = [
        Change("activity", one.activity_id, {
            "activity_id": one.activity_id, "name": one.name, "category": one.category,
            "met": one.met, "updated_at": FIRST_DAY,
        })
        for one in ACTIVITIES
    ]  # fmt: skip
    return made + [_new_user(seed, index) for index in range(people)]


def draw_changes(seed: int, state: State, instants: Sequence[datetime]) -> list[Change]:
    """One change at each instant, which the state then has seen.

    Most are people who move or weigh something else; some come, some go for good, some come back,
    and now and then an activity is named anew.
    """
    drawn = []
    for number, at in enumerate(instants):
        rng = generator(seed, Stream.OPERATIONAL, number)
        change = _draw(seed, state, at, rng)
        state.apply(change)
        drawn.append(change)
    return drawn


def _draw(seed: int, state: State, at: datetime, rng: Any) -> Change:
    what = rng.random()
    users = sorted(state.users)
    if what < 0.12 or len(users) < 2:
        return _new_user(seed, _next_index(state), at)
    chosen = users[int(rng.integers(len(users)))]
    if what < 0.2:
        return Change("user", chosen, None)
    if what < 0.3 and state.activities:
        key = sorted(state.activities)[int(rng.integers(len(state.activities)))]
        row = state.activities[key]
        met = round(min(25.0, row["met"] * float(rng.uniform(0.9, 1.1))), 2)
        return Change("activity", key, {**row, "met": met, "updated_at": at})
    row = dict(state.users[chosen])
    if what < 0.7:
        place = PLACES[int(rng.integers(len(PLACES)))]
        row |= {"city": place.city, "region": place.region, "country_code": place.country_code}
    else:
        row["weight_kg"] = round(row["weight_kg"] + float(rng.normal(0, 2)), 1)
    return Change("user", chosen, {**row, "updated_at": at})


def _next_index(state: State) -> int:
    """The first number that nobody has: who was deleted comes back first."""
    index = 0
    while f"p{index + 1:04d}" in state.users:
        index += 1
    return index


def _new_user(seed: int, index: int, at: datetime | None = None) -> Change:
    """A user of the cohort, as created when the cohort says or at an instant."""
    one = person(seed, index, "UTC")
    place = home_of(one)
    rng = generator(seed, Stream.OPERATIONAL, index, 1)
    created_at = at or one.created_at
    return Change("user", one.user_id, {
        "user_id": one.user_id, "gender": one.gender, "date_of_birth": one.dob,
        "height_cm": float(one.height_cm), "weight_kg": round(float(rng.normal(74, 12)), 1),
        "city": place.city, "region": place.region, "country_code": place.country_code,
        "created_at": created_at, "updated_at": created_at,
    })  # fmt: skip


def create_schema(connection: psycopg.Connection) -> None:
    """Make the tables, where they are missing, and let the extraction read them."""
    connection.execute(_statement("schema"))


def read_state(connection: psycopg.Connection) -> State:
    """What the database holds."""

    def by_key(kind: Kind, name: str) -> dict[str, Row]:
        cursor = connection.cursor(row_factory=dict_row).execute(_statement(name))
        return {row[KEYS[kind]]: row for row in cursor}

    return State(by_key("user", "users"), by_key("activity", "activities"))


def apply(connection: psycopg.Connection, changes: Iterable[Change]) -> int:
    """Make changes in the database, in order; returns how many."""
    count = 0
    for change in changes:
        verb = "delete" if change.row is None else "put"
        values = {"key": change.key} if change.row is None else change.row
        connection.execute(_statement(f"{verb}_{change.kind}"), values)
        count += 1
    return count


def fill(connection: psycopg.Connection, seed: int, people: int) -> int:
    """Add the users and activities that are missing; returns how many."""
    create_schema(connection)
    state = read_state(connection)
    missing = [
        change
        for change in first_rows(seed, people)
        if change.key not in (state.users if change.kind == "user" else state.activities)
    ]
    return apply(connection, missing)


def change(connection: psycopg.Connection, seed: int, count: int, now: datetime) -> list[Change]:
    """Draw changes of the last minute and make them; returns them."""
    instants = [now - timedelta(minutes=1) * (count - n) / (count + 1) for n in range(count)]
    drawn = draw_changes(seed, read_state(connection), instants)
    apply(connection, drawn)
    return drawn


def _statement(name: str) -> str:
    return (INCLUDE_SQL / "operational" / f"{name}.sql").read_text(encoding="utf-8")
