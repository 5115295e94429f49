"""One connection that reads Arrow at the rate of COPY, and writes its books in one transaction."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from adbc_driver_manager import dbapi

from vitals.archive.tables import archive_sql
from vitals.load.adbc import session

log = logging.getLogger(__name__)

# Memory of a batch; a row group of the Parquet file has the same rows.
_BATCH_BYTES = 16 * 1024 * 1024
_BATCH_HINT = "adbc.postgresql.batch_size_hint_bytes"


class Session:
    """A transaction at a time, as the owner of the tables: only an owner may drop a chunk."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self.connection = connection

    @classmethod
    @contextmanager
    def open(cls, dsn: str) -> Iterator["Session"]:
        """A session; what it has not committed is rolled back at the end.

        Raises:
            WarehouseError: the warehouse cannot be reached, or not any more.
        """
        with session(dsn) as connection:
            yield cls(connection)

    def run(self, name: str, *values: Any, **fragments: object) -> None:
        """A statement of `include/sql/archive` without a result."""
        with self.connection.cursor() as cursor:
            cursor.execute(archive_sql(name).format(**fragments), values or None)

    def execute(self, statement: str) -> None:
        """A statement of one line."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def rows(self, name: str, **fragments: object) -> list[dict[str, Any]]:
        """What a query of `include/sql/archive` returns."""
        with self.connection.cursor() as cursor:
            cursor.execute(archive_sql(name).format(**fragments))
            return cursor.fetch_arrow_table().to_pylist()

    def fetch(self, query: str) -> list[tuple]:
        """Rows of a query."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    @contextmanager
    def batches(self, name: str, **fragments: object) -> Iterator[pa.RecordBatchReader]:
        """The result of a query as a stream of bounded record batches."""
        with self.connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{_BATCH_HINT: str(_BATCH_BYTES)})
            cursor.execute(archive_sql(name).format(**fragments))
            yield cursor.fetch_record_batch()

    def exists(self, relation: str) -> bool:
        """Whether there is a table or view of that name."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"select to_regclass('{relation}') is not null as found")
            row = cursor.fetchone()
        return bool(row and row[0])

    def ingest(self, table: str, batches: Sequence[Any] | pa.RecordBatchReader, **how: Any) -> int:
        """COPY record batches into a table; returns how many rows."""
        with self.connection.cursor() as cursor:
            return cursor.adbc_ingest(table, batches, **how)

    def commit(self) -> None:
        """End the transaction."""
        self.connection.commit()

    def rollback(self) -> None:
        """Undo it."""
        self.connection.rollback()
