"""One transaction that sees the warehouse as it was at one instant -> record batches.

What only the owner may see (loads, who is in a study) is read first; then the session becomes
`analyst` and read-only for good, so that no name, address or date of birth can get into a file.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
from adbc_driver_manager import dbapi

from vitals import warehouse
from vitals.api.studies import Member
from vitals.datasets.errors import DatasetError
from vitals.datasets.statements import composed
from vitals.errors import first_line
from vitals.load.adbc import session

_BATCH_BYTES = 4_000_000  # of PostgreSQL's binary rows
_BATCH_HINT = "adbc.postgresql.batch_size_hint_bytes"
_UNDEFINED_TABLE = "42P01"


class Rows:
    """The result of a query as bounded record batches, read as they are asked for."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader = reader
        self.schema = reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """The batches.

        Raises:
            WarehouseError: the server is gone.
        """
        try:
            yield from self._reader
        except (OSError, pa.ArrowException) as error:  # as Arrow words it
            raise warehouse.WarehouseError(f"the warehouse failed: {first_line(error)}") from error


class Snapshot:
    """A repeatable read, first as the owner, after `become_analyst` as role analyst."""

    def __init__(self, connection: dbapi.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, dsn: str) -> Iterator["Snapshot"]:
        """A snapshot; at the end everything is rolled back.

        Raises:
            WarehouseError: the warehouse cannot be reached, or not any more.
            DatasetError: it has no health tables yet.
        """
        with session(dsn) as connection:
            connection.rollback()  # whatever the driver has looked up
            snapshot = cls(connection)
            snapshot._execute("set transaction isolation level repeatable read")
            snapshot._execute("set local work_mem = '64MB'")
            snapshot._execute("set local jit = off")
            try:
                yield snapshot
            except dbapi.Error as error:
                if error.sqlstate != _UNDEFINED_TABLE:
                    raise
                raise DatasetError(NO_TABLES) from error

    def select(self, people: Sequence[Member], exported_ids: Mapping[str, str]) -> None:
        """Say who is meant, on which days, and under which ids they are exported."""
        rows = [
            {
                "participant_id": one.participant_id,
                "exported_id": exported_ids[one.participant_id],
                "first_date": one.first_date and one.first_date.isoformat(),
                "last_date": one.last_date and one.last_date.isoformat(),
            }
            for one in people
        ]
        self._create("selected", people=json.dumps(rows))

    def name_devices(self, codes: Mapping[str, str]) -> None:
        """Say under which codes devices are exported."""
        rows = [{"device_id": device, "code": code} for device, code in codes.items()]
        self._create("device_codes", codes=json.dumps(rows))

    def become_analyst(self) -> None:
        """Give up every right but that of reading what an analyst may read."""
        self._execute("set transaction read only")
        self._execute("set local role analyst")

    def rows(self, name: str, **parts: object) -> list[dict[str, Any]]:
        """What a query of include/sql/datasets returns."""
        with self._connection.cursor() as cursor:
            cursor.execute(composed(name, **parts))
            return cursor.fetch_arrow_table().to_pylist()

    @contextmanager
    def stream(self, name: str, **parts: object) -> Iterator[Rows]:
        """The same, a batch at a time."""
        with self._connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**{_BATCH_HINT: str(_BATCH_BYTES)})
            cursor.execute(composed(name, **parts))
            yield Rows(cursor.fetch_record_batch())

    def _create(self, table: str, **parts: object) -> None:
        self._execute(composed(f"create_{table}", **parts))
        self._execute(f"analyze pg_temp.{table}")
        self._execute(f"grant select on pg_temp.{table} to analyst")

    def _execute(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)


NO_TABLES = "the warehouse has no health tables yet: its first run makes them"
