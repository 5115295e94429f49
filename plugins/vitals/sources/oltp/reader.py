"""Operational PostgreSQL -> rows: dlt's sql_database source over a session that can only read.

Three questions are enough to follow a table that overwrites and deletes: which keys there are, what
has changed since a time, and what some keys hold.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.abc import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader

from vitals.errors import ExpectedError, first_line
from vitals.sources.oltp.tables import UPDATED_AT, Table

if TYPE_CHECKING:
    from sqlalchemy import Engine

_CHUNK_ROWS = 10_000
_READ_ONLY = ("-c timezone=UTC", "-c default_transaction_read_only=on")


class OperationalDatabaseError(ExpectedError):
    """The operational database cannot be reached or read, in one line."""


class OperationalDatabase:
    """The tables of one schema, for reading."""

    def __init__(self, engine: "Engine", schema: str, place: str) -> None:
        self._engine, self._schema, self._place = engine, schema, place

    @classmethod
    @contextmanager
    def open(
        cls, dsn: str, schema: str, role: str | None = None
    ) -> Iterator["OperationalDatabase"]:
        """The database, whose sessions can change nothing.

        Args:
            dsn: libpq URI.
            schema: where the tables are.
            role: group role to become, where the login may do more than it should here.

        Raises:
            OperationalDatabaseError: it cannot be reached, now or while it is read.
        """
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        session = _session_dsn(dsn, role)
        engine = create_engine(
            "postgresql+psycopg://", creator=lambda: _connect(session), poolclass=NullPool
        )
        parts = conninfo_to_dict(dsn)
        place = f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname')}"
        try:
            yield cls(engine, schema, place)
        except OperationalDatabaseError:
            raise
        except Exception as error:
            cause = _database_error(error)
            if cause is None:
                raise
            raise OperationalDatabaseError(f"cannot read {place}: {first_line(cause)}") from error
        finally:
            engine.dispose()

    def has(self, table: Table) -> bool:
        """Whether there is such a table that may be read."""
        from sqlalchemy import inspect

        with self._engine.connect() as connection:
            return inspect(connection).has_table(table.name, schema=self._schema)

    def keys(self, table: Table) -> set[str]:
        """The keys of all rows."""
        found = self._rows(table, [table.key])
        return {str(row[table.key]) for row in found if row[table.key] is not None}

    def changed(self, table: Table, since: datetime | None) -> Iterator[dict[str, Any]]:
        """Rows that were changed at an instant or after it, or of which that is not known."""
        from dlt.sources import incremental

        # The cursor itself is kept in raw.cursors; dlt is told where to begin and forgets it again.
        cursor = incremental(UPDATED_AT, initial_value=since, on_cursor_value_missing="include")
        return self._rows(table, table.column_names, cursor=cursor)

    def named(self, table: Table, keys: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Rows with some keys, whenever they were changed."""
        rest = iter(sorted(keys))
        while some := list(islice(rest, _CHUNK_ROWS)):
            yield from self._rows(table, table.column_names, only=_with_keys(table, some))

    def _rows(
        self,
        table: Table,
        columns: Sequence[str],
        cursor: Any = None,
        only: Callable[..., Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        from dlt.sources.sql_database import sql_table

        yield from sql_table(
            self._engine,
            table.name,
            schema=self._schema,
            included_columns=list(columns),
            incremental=cursor,
            query_adapter_callback=only,
            chunk_size=_CHUNK_ROWS,
            reflection_level="minimal",
        )


def _with_keys(table: Table, keys: list[str]) -> Callable[..., Any]:
    from sqlalchemy import Text, cast

    def narrowed(query: Any, columns: Any, *_: Any) -> Any:
        return query.where(cast(columns.c[table.key], Text).in_(keys))

    return narrowed


def _connect(session: str) -> psycopg.Connection:
    connection = psycopg.connect(session)
    for name, loader in _UNREADABLE_IS_LAST.items():
        connection.adapters.register_loader(name, loader)
    return connection


def _or_last(usual: type[Loader], last: date) -> type[Loader]:
    class OrLast(usual):  # type: ignore[misc, valid-type]
        def load(self, data: Any) -> Any:
            try:
                return super().load(data)
            except psycopg.DataError:
                return last

    return OrLast


# `infinity` and years that Python does not have: the last of all instants is refused with its row,
# where an error would end the reading of all rows.
_UNREADABLE_IS_LAST = {
    "timestamptz": _or_last(TimestamptzLoader, datetime.max.replace(tzinfo=UTC)),
    "timestamp": _or_last(TimestampLoader, datetime.max),  # noqa: DTZ901 - has no zone
    "date": _or_last(DateLoader, date.max),
}


def _session_dsn(dsn: str, role: str | None) -> str:
    settings = conninfo_to_dict(dsn)
    options = [str(settings.pop("options", "") or ""), *_READ_ONLY]
    if role:
        options.append(f"-c role={role}")
    settings.setdefault("application_name", "vitals")
    settings.setdefault("connect_timeout", "10")
    return make_conninfo("", **settings, options=" ".join(filter(None, options)))


def _database_error(error: BaseException | None) -> BaseException | None:
    """The database's own complaint behind what dlt and SQLAlchemy have wrapped it into."""
    while error is not None:
        if isinstance(error, psycopg.Error):
            return error
        error = error.__cause__ or error.__context__
    return None
