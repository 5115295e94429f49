"""One Parquet file -> one raw table, in one transaction with the days it touches.

Optimistic: fresh rows are copied straight into the hypertable, at the rate of COPY. Only if a key
is there already (a window loaded again, an open bucket that grew) is the file copied into a
temporary table instead, and merged by the table's winner rule within literal bounds of time. Both
ways are safe to repeat: a file that was committed is recognised, a load that another run has
declared dead writes nothing.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal

import adbc_driver_manager as adbc
import pyarrow as pa
import pyarrow.parquet as pq

from vitals.load.adbc import UNIQUE_VIOLATION
from vitals.load.spool import LOAD_ID
from vitals.load.tables import TableSpec, load_sql
from vitals.load.watchers import KeyOrder, TouchedDays
from vitals.load.withheld import Withholding
from vitals.sources.iot.instants import to_iso

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

# Small ones keep the server busy: it inserts one while the next is decoded and encoded.
BATCH_ROWS = 16_384


class FileLoad:
    """The loading of one file over one connection."""

    _withholding: Withholding | None = None

    def __init__(
        self, connection: "dbapi.Connection", spec: TableSpec, path: str, file_name: str
    ) -> None:
        self.connection, self.spec, self.path, self.file_name = connection, spec, path, file_name
        self.file = pq.ParquetFile(path, pre_buffer=False)
        self.rows = self.file.metadata.num_rows
        self.load_id = self._load_id()

    def _load_id(self) -> int:
        """The load that the file belongs to: what it was sealed with, or what its rows say."""
        sealed = (self.file.metadata.metadata or {}).get(LOAD_ID)
        if sealed:
            return int(sealed)
        return next(self.file.iter_batches(1, columns=["load_id"])).column(0)[0].as_py()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The file in pieces that keep memory flat, as the table wants them."""
        load_ids = pa.repeat(pa.scalar(self.load_id, pa.int32()), BATCH_ROWS)
        read = self.file.iter_batches(BATCH_ROWS)
        if self._withholding:
            whose = self.spec.person or self.spec.key[0]
            read = self._withholding.watch(read, whose, self.spec.time)
        for batch in read:
            if "load_id" not in batch.schema.names:
                batch = batch.append_column("load_id", load_ids[: batch.num_rows])
            yield batch.cast(_plain(batch.schema))

    def run(self) -> None:
        """Load the file, unless that was done before."""
        if self._is_recorded():
            return
        self._withholding = Withholding.read(self._query)
        if not (self.spec.optimistic and self._copy_straight()):
            self._merge()

    def _is_recorded(self) -> bool:
        query = f"select 1 from raw.load_files where load_id = {self.load_id} and file_name = $1"
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(query, (self.file_name,))
            return cursor.fetchone() is not None

    def _query(self, text: str) -> list[tuple]:
        with closing(self.connection.cursor()) as cursor:
            cursor.execute(text)
            return cursor.fetchall()

    def _copy_straight(self) -> bool:
        """Copy into the table itself; False, with nothing written, if a key is there already."""
        touched = TouchedDays(self.spec)
        try:
            with closing(self.connection.cursor()) as cursor:
                self._begin(cursor)
                self._ingest(cursor, self.spec.name, touched.watch(self.batches()), "append", "raw")
                self._ingest(cursor, "touched", touched.batches(), "append")
                self._commit(cursor)
        except adbc.Error as error:
            self.connection.rollback()
            if error.sqlstate != UNIQUE_VIOLATION:
                raise
            return False
        return True

    def _merge(self) -> None:
        """Copy into a temporary table and apply the winner rule."""
        with closing(self.connection.cursor()) as cursor:
            self._begin(cursor)
            order = KeyOrder(self.spec)
            if not self._ingest(cursor, "staged", order.watch(self.batches()), "create"):
                self._commit(cursor)
                return
            cursor.execute("analyze staged")
            if self.spec.time:
                self._merge_rows(cursor, order)
            else:
                cursor.execute(self.spec.statement("add_versions"))
            cursor.execute(load_sql("file/drop_staged"))
            self._commit(cursor)

    def _merge_rows(self, cursor: "dbapi.Cursor", order: KeyOrder) -> None:
        if not order.is_unique:
            cursor.execute(self.spec.statement("keep_best"))
            cursor.execute("analyze best")
        bounds = {
            "incoming": "staged" if order.is_unique else "best",
            "first": f"timestamptz '{to_iso(order.first)}'",
            "last": f"timestamptz '{to_iso(order.last)}'",
        }
        cursor.execute(self.spec.statement("replace_rows", **bounds))
        cursor.execute(self.spec.statement("add_rows", **bounds))

    def _begin(self, cursor: "dbapi.Cursor") -> None:
        cursor.execute(load_sql("file/hold_load").format(load_id=self.load_id))
        cursor.execute(load_sql("file/begin_file"))

    def _commit(self, cursor: "dbapi.Cursor") -> None:
        withheld = self._withholding.rows if self._withholding else 0
        if withheld:
            cursor.execute(
                load_sql("file/note_withheld").format(load_id=self.load_id, rows=withheld)
            )
        rows = self.rows - withheld
        values = {"load_id": self.load_id, "file_name": self.file_name, "rows": rows}
        if self.spec.notes_days:
            cursor.execute(load_sql("file/record_touched").format(**values))
        cursor.execute(load_sql("file/record_file").format(**values))
        self.connection.commit()

    def _ingest(
        self,
        cursor: "dbapi.Cursor",
        table: str,
        batches: Iterator[pa.RecordBatch],
        mode: Literal["append", "create"],
        schema: str | None = None,
    ) -> bool:
        """COPY record batches, if any; into a temporary table unless a schema is given."""
        place: dict[str, Any] = {"db_schema_name": schema} if schema else {"temporary": True}
        first = next(batches, None)
        if first is not None:
            stream = pa.RecordBatchReader.from_batches(first.schema, _chain(first, batches))
            cursor.adbc_ingest(table, stream, mode=mode, **place)
        return first is not None


def _chain(first: pa.RecordBatch, rest: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from rest


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema with dictionary-encoded columns decoded, which COPY needs."""
    fields = [
        item.with_type(item.type.value_type) if pa.types.is_dictionary(item.type) else item
        for item in schema
    ]
    return pa.schema(fields)
