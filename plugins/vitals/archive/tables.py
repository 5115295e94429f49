"""Hypertables of raw as the archive sees them, read from the database's own catalogue."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import psycopg
from psycopg.rows import class_row, dict_row

from vitals import settings
from vitals.archive.errors import ArchiveError
from vitals.archive.manifest import Column
from vitals.warehouse import INCLUDE_SQL

# What COPY BINARY and Arrow agree on; anything else travels as text.
_NATIVE = {
    "text", "timestamp with time zone", "timestamp without time zone", "date", "boolean",
    "real", "double precision", "smallint", "integer", "bigint",
}  # fmt: skip


@dataclass(frozen=True)
class RawTable:
    """A hypertable of schema raw.

    Attributes:
        name: its name.
        time_column: column that partitions it.
        key: columns of its primary key; the first says whose the row is.
        columns: all its columns, in order.
    """

    name: str
    time_column: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def source(self) -> str:
        """Provider."""
        return self.name.partition("__")[0]

    @property
    def resource(self) -> str:
        """Collection or stream of the provider."""
        return self.name.partition("__")[2]

    @property
    def subject(self) -> str:
        """Column with the device or account."""
        return self.key[0]

    @property
    def as_text(self) -> frozenset[str]:
        """Columns that travel as text."""
        return frozenset(column.name for column in self.columns if column.type not in _NATIVE)

    def fragments(self) -> dict[str, str]:
        """What the placeholders of the statements stand for."""
        names = [column.name for column in self.columns]
        rest = [name for name in self.key if name not in (self.subject, self.time_column)]
        return {
            "table": self.name,
            "source": self.source,
            "subject": self.subject,
            "time": self.time_column,
            "order": ", ".join([self.subject, self.time_column, *rest]),
            "compared": ", ".join(name for name in names if name != "load_id"),
            "exported": ", ".join(
                f"{name}::text as {name}" if name in self.as_text else name for name in names
            ),
        }


@dataclass(frozen=True)
class Chunk:
    """A chunk: its qualified name and the range of time that it covers, the end excluded."""

    chunk: str
    range_start: datetime
    range_end: datetime

    def fragments(self) -> dict[str, str]:
        """What the placeholders of the statements stand for."""
        return {
            "chunk": self.chunk,
            "range_start": self.range_start.isoformat(),
            "range_end": self.range_end.isoformat(),
        }


@cache
def archive_sql(name: str) -> str:
    """The text of `include/sql/archive/<name>.sql`."""
    return (INCLUDE_SQL / "archive" / f"{name}.sql").read_text()


def hypertables(connection: psycopg.Connection) -> dict[str, RawTable]:
    """All hypertables of raw by name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(archive_sql("hypertables"), {}).fetchall()
    return {
        row["name"]: RawTable(
            name=row["name"],
            time_column=row["time_column"],
            key=tuple(row["key"]),
            columns=tuple(Column(*column) for column in row["columns"]),
        )
        for row in rows
    }


def archivable(
    connection: psycopg.Connection, wanted: tuple[str, ...]
) -> tuple[list[RawTable], list[RawTable]]:
    """The tables to archive, and those that may not be: their provider sets an end to storage.

    Args:
        connection: to the warehouse.
        wanted: names; empty for all.

    Raises:
        ArchiveError: a name is no hypertable of raw.
    """
    known = hypertables(connection)
    unknown = sorted(set(wanted) - known.keys())
    if unknown:
        raise ArchiveError(
            f"no hypertables of raw: {', '.join(unknown)}; there are {', '.join(known)}"
        )
    apis = settings.load().apis
    chosen = [known[name] for name in wanted or known]
    ending = {name for name, api in apis.items() if api.retention_days is not None}
    return (
        [table for table in chosen if table.source not in ending],
        [table for table in chosen if table.source in ending],
    )


def chunks(connection: psycopg.Connection, table: RawTable, end: datetime) -> list[Chunk]:
    """Chunks of a table that end at an instant or before, the oldest first."""
    with connection.cursor(row_factory=class_row(Chunk)) as cursor:
        values = {"table": table.name, "end": end}
        return cursor.execute(archive_sql("chunks"), values).fetchall()
