"""Study, names and dates -> who is in a data set, and the local days of each."""

from dataclasses import dataclass
from datetime import date

import psycopg

from vitals.api import studies
from vitals.api.studies import Member
from vitals.datasets.errors import DatasetError
from vitals.datasets.statements import statement


@dataclass(frozen=True)
class Selection:
    """What was asked for.

    Attributes:
        study: only its members, and of each only the study's own days.
        participants: only these; everybody (of the study) if empty.
        first_date: first local day, or None.
        last_date: last local day (inclusive), or None.
    """

    study: str | None = None
    participants: tuple[str, ...] = ()
    first_date: date | None = None
    last_date: date | None = None


def choose(connection: psycopg.Connection, wanted: Selection) -> list[Member]:
    """Everybody who is meant, by id, with the first and last local day of each.

    Raises:
        DatasetError: somebody or the study is not known, or no day is left of anybody.
    """
    if wanted.first_date and wanted.last_date and wanted.last_date < wanted.first_date:
        raise DatasetError("the data set would end before it begins: look at --start and --end")
    known = {member.participant_id: member for member in _known(connection, wanted.study)}
    where = f"in study {wanted.study!r}" if wanted.study else "here"
    unknown = sorted(set(wanted.participants) - known.keys())
    if unknown:
        raise DatasetError(f"nobody {where} is called {', '.join(unknown)}")
    chosen = sorted(set(wanted.participants)) or [*known]
    if not chosen:
        raise DatasetError(f"there is nobody {where} yet")
    found = [_cut(known[name], wanted.first_date, wanted.last_date) for name in chosen]
    people = [member for member in found if member]
    if not people:
        raise DatasetError(
            f"the study {wanted.study!r} has no day between these dates: `vitals study list` shows "
            "when it begins and ends"
        )
    return people


def _known(connection: psycopg.Connection, study: str | None) -> list[Member]:
    if study is None:
        found = connection.execute(statement("known_participants")).fetchall()
        return [Member(participant_id) for (participant_id,) in found]
    members = studies.members(connection, study)
    if not members:
        names = [name for (name,) in connection.execute(statement("known_studies")).fetchall()]
        there = f"there are {', '.join(names)}" if names else "`vitals study add` makes one"
        raise DatasetError(f"no study {study!r}: {there}")
    return members


def _cut(member: Member, first: date | None, last: date | None) -> Member | None:
    """The days of a member that are also between two dates; None if there are none."""
    first = max(filter(None, (member.first_date, first)), default=None)
    last = min(filter(None, (member.last_date, last)), default=None)
    if first and last and last < first:
        return None
    return Member(member.participant_id, first, last)
