"""studies: who takes part in which study, and on which local days the study expects their data.

A token of a study shows its members; agg.participant_day expects nothing outside their dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg.rows import class_row

from vitals.api.statements import statement
from vitals.warehouse import only_value


@dataclass(frozen=True)
class Member:
    """A participant of a study, with the first and last local day; None where it has no end."""

    participant_id: str
    first_date: date | None = None
    last_date: date | None = None


def members(connection: psycopg.Connection, study: str) -> list[Member]:
    """The members of a study, by participant."""
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(statement("study_members"), {"study": study}).fetchall()


def add(
    connection: psycopg.Connection,
    study: str,
    people: Sequence[str],
    first_date: date | None = None,
    last_date: date | None = None,
) -> int:
    """Add participants to a study; returns how many were not in it.

    Dates that are given replace those of participants who were in it already.
    """
    row = {
        "study": study, "people": list(people), "first_date": first_date, "last_date": last_date,
    }  # fmt: skip
    return only_value(connection.execute(statement("add_to_study"), row))


def remove(connection: psycopg.Connection, study: str, people: Sequence[str]) -> int:
    """Take participants out of a study; returns how many were in it."""
    row = {"study": study, "people": list(people)}
    return connection.execute(statement("remove_from_study"), row).rowcount
