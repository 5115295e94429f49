"""A table as it is now, and what is stored of it -> the versions that may have to be added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from vitals.errors import ExpectedError
from vitals.load.books import Books
from vitals.load.piece import PlainPiece
from vitals.load.tables import load_sql
from vitals.sources.oltp.reader import OperationalDatabase
from vitals.sources.oltp.rules import Row, check
from vitals.sources.oltp.tables import UPDATED_AT, Table
from vitals.sources.rejected import count_rows

# Of fewer members it is nothing unusual that most are gone.
_FEW_MEMBERS = 20
_ARROW = {
    "text": pa.string(),
    "country": pa.string(),
    "number": pa.float64(),
    "birthday": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
}


class MassDeletionError(ExpectedError):
    """Most members are gone: more likely the wrong database, or a restore that is under way."""


@dataclass
class Versions(PlainPiece):
    """What one run read of one table.

    Attributes:
        table: the table.
        rows: the rows to compare and store, deletions included.
        deletions: how many of them are deletions.
        documents_read: rows that the database delivered.
    """

    table: Table
    rows: list[Row] = field(default_factory=list)
    deletions: int = 0
    documents_read: int = 0

    @property
    def resource(self) -> str:
        """The table, as in raw.loads."""
        return self.table.name

    @property
    def rows_read(self) -> int:
        """Rows that are stored, unchanged or refused."""
        return len(self.rows) + count_rows(self.rejected)

    @property
    def position(self) -> Mapping[str, Any] | None:
        """The newest change that was seen; None if none was."""
        changed = [row[UPDATED_AT] for row in self.rows if not row["is_deleted"]]
        return {UPDATED_AT: max(changed).isoformat()} if changed else None

    def as_arrow(self, load_id: int) -> pa.Table:
        """The rows with the number of their load."""
        columns = [(column.name, _ARROW[column.kind]) for column in self.table.columns]
        schema = pa.schema([
            (self.table.key, pa.string()),
            ("load_id", pa.int32()),
            ("is_deleted", pa.bool_()),
            (UPDATED_AT, _ARROW["instant"]),
            *columns,
        ])  # fmt: skip
        return pa.Table.from_pylist([{**row, "load_id": load_id} for row in self.rows], schema)

    def add(self, delivered: Iterable[Mapping[str, Any]], now: datetime) -> set[str]:
        """Take in rows of the database; returns their keys, those of refused rows included."""
        keys = set()
        for row in delivered:
            self.documents_read += 1
            kept, rejected = check(self.table, row, now)
            self.rejected += rejected
            keys.add(str(row.get(self.table.key)))
            if kept:
                self.rows.append({**kept, "is_deleted": False})
        return keys

    def delete(self, keys: Iterable[str], noticed_at: datetime) -> None:
        """Note members that are gone."""
        nothing = {column.name: None for column in self.table.columns}
        for key in sorted(keys):
            self.deletions += 1
            self.rows.append(
                {self.table.key: key, "is_deleted": True, UPDATED_AT: noticed_at, **nothing}
            )


def read_versions(
    books: Books,
    database: OperationalDatabase,
    table: Table,
    since: datetime | None,
    accept_deletions: bool,
) -> Versions:
    """Read what may be new of a table.

    The keys are read before the rows: a member that comes in between is found among the rows, and
    one that goes in between by the next run. Neither is taken for gone.

    Args:
        books: of this run.
        database: the operational database.
        table: one of its tables.
        since: begin of the changes to read; None for all rows.
        accept_deletions: whether most members may be gone.

    Raises:
        MassDeletionError: they are, and may not.
    """
    now = datetime.now(UTC)
    versions = Versions(table)
    present = database.keys(table)
    known = _known(books, table)
    seen = versions.add(database.changed(table, since), now)
    gone = known - present - seen
    if len(known) >= _FEW_MEMBERS and len(gone) > len(known) / 2 and not accept_deletions:
        raise MassDeletionError(
            f"{len(gone):,} of {len(known):,} {table.name} are gone from the operational database: "
            "if that is right, run operational_extract with accept_deletions"
        )
    # Rows that came with an old time, such as from a backup.
    versions.add(database.named(table, present - known - seen), now)
    versions.delete(gone, now)
    return versions


def _known(books: Books, table: Table) -> set[str]:
    query = load_sql("oltp/live_keys").format(key=table.key, table=table.raw_name)
    return {key for (key,) in books.connection.execute(query).fetchall()}
