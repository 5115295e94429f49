"""The book of data sets: which were made, and whose rows each of them holds.

A data set is entered before its first row is read. Whoever is deleted from then on is taken out of
the book, so that one that is not finished yet notices it, and the receipt of the deletion names the
others. Whose deletion has begun already is refused: its receipt has looked into the book by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row

from vitals.accounts.tombstones import Tombstones
from vitals.datasets.errors import DatasetError
from vitals.datasets.statements import statement
from vitals.warehouse import only_value


@dataclass(frozen=True)
class Entry:
    """A data set in the book; see the comments of datasets.made."""

    dataset_id: int
    dataset_name: str
    folder: str | None
    study: str | None
    has_pseudonyms: bool
    begun_at: datetime
    finished_at: datetime | None
    row_count: int | None
    data_sha256: str | None
    participant_count: int | None = None
    participants: int = 0

    @property
    def holds_deleted(self) -> bool:
        """Whether somebody who is in its files was deleted since; asked of what `listed` gives."""
        return self.participant_count is not None and self.participants < self.participant_count


def begin(
    connection: psycopg.Connection,
    name: str,
    folder: str,
    study: str | None,
    people: Sequence[str],
    has_pseudonyms: bool,
) -> int:
    """Enter a data set; returns its number.

    Raises:
        DatasetError: its name names somebody; it stays in the book when they are deleted.
    """
    given: dict[str, Any] = {"people": list(people), "text": name}
    named = connection.execute(statement("named_in"), given).fetchone()
    if named:
        raise DatasetError(
            f"the name of the data set must not name a participant ({named[0]}): it is kept, also "
            "when they are deleted"
        )
    given |= {
        "name": name, "folder": folder, "study": study, "has_pseudonyms": has_pseudonyms,
    }  # fmt: skip
    return only_value(connection.execute(statement("begin"), given))


def refuse_deleted(connection: psycopg.Connection, people: Sequence[str]) -> None:
    """Ask whether somebody is being deleted, once the data set has been entered.

    Raises:
        DatasetError: somebody is.
    """
    tombstones = Tombstones.of(connection)
    if tombstones and any(map(tombstones.participant, people)):
        raise DatasetError(
            "somebody is being deleted for good: make the data set when that has ended "
            "(if it failed, it has to be repeated)"
        )


def finish(
    connection: psycopg.Connection,
    dataset_id: int,
    participants: int,
    row_count: int,
    data_sha256: str,
) -> None:
    """Note that a data set is whole.

    Raises:
        DatasetError: somebody who is in it was deleted meanwhile.
    """
    given = {
        "dataset_id": dataset_id, "participants": participants, "row_count": row_count,
        "data_sha256": data_sha256,
    }  # fmt: skip
    if not connection.execute(statement("finish"), given).rowcount:
        raise DatasetError("somebody was deleted while the data set was being made: make it again")


def forget(connection: psycopg.Connection, dataset_id: int) -> None:
    """Strike out a data set that was never whole."""
    connection.execute(statement("forget"), {"dataset_id": dataset_id})


def listed(connection: psycopg.Connection) -> list[Entry]:
    """All of them, the oldest first."""
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(statement("listed")).fetchall()


def holding(connection: psycopg.Connection, participant_id: str) -> list[Entry]:
    """Those that hold rows of a participant."""
    with connection.cursor(row_factory=dict_row) as cursor:
        given = {"participant_id": participant_id}
        rows = cursor.execute(statement("holding"), given).fetchall()
    return [Entry(**row) for row in rows]
