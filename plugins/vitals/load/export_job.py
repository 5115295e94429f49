"""Rows of an import -> one raw table, in one transaction with the days and files that they touch.

As in `copy_job`, fresh rows are copied straight into the table, and merged by the winner rule only
if a key is there already. Beside the columns of the table a row says which file of the export it
came from, so that the manifest can tell what became of the rows of each file. dlt has no part in
it: an import states neither a schema nor a package that could be tried again without its reading.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import adbc_driver_manager as adbc
import pyarrow as pa
import pyarrow.compute as pc

from vitals.load.adbc import UNIQUE_VIOLATION
from vitals.load.copy_job import BATCH_ROWS, FileLoad
from vitals.load.export_tables import ExportTable
from vitals.load.tables import load_sql
from vitals.load.watchers import KeyOrder, TouchedDays
from vitals.sources.iot.instants import to_iso

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

FILE_ID = "file_id"


class ExportLoad(FileLoad):
    """Adds rows of one load; a key that is stored keeps the better of the two values."""

    def __init__(
        self,
        connection: "dbapi.Connection",
        table: ExportTable,
        content: pa.Table,
        load_id: int,
        brought: Counter[int],
    ) -> None:
        """Prepare.

        Args:
            connection: as the role loader.
            table: where the rows go.
            content: the rows, sorted by key, with load_id and the file that each came from.
            load_id: the load that they belong to.
            brought: how many rows each file brought, with those that lost to others since.
        """
        # Nothing of what FileLoad would read from a file.
        self.connection, self.spec, self.table = connection, table.spec, table
        self.content, self.load_id, self.brought = content, load_id, brought
        self.rows, self.file_name = content.num_rows, table.shape.name

    def batches(self, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows in pieces."""
        chosen = self.content.select(columns) if columns else self.content
        yield from chosen.to_batches(BATCH_ROWS)

    def _copy_straight(self) -> bool:
        """Copy into the table itself; False, with nothing written, if a key is there already."""
        touched, counts = TouchedDays(self.spec), Counter[int]()
        try:
            with closing(self.connection.cursor()) as cursor:
                self._begin(cursor)
                rows = touched.watch(_counted(self.batches(), counts))
                self._ingest(cursor, self.spec.name, rows, "append", "raw")
                self._ingest(cursor, "touched", touched.batches(), "append")
                self._finish(cursor, counts)
        except adbc.Error as error:
            self.connection.rollback()
            if error.sqlstate != UNIQUE_VIOLATION:
                raise
            return False
        return True

    def _merge(self) -> None:
        order = KeyOrder(self.spec)
        with closing(self.connection.cursor()) as cursor:
            self._begin(cursor)
            self._ingest(cursor, "staged", order.watch(self.batches()), "create")
            cursor.execute(self.spec.statement("keep_best"))
            cursor.execute("analyze best")
            within = self._within(order)
            cursor.execute(self.table.statement("replace_rows", within))
            cursor.execute(self.table.statement("add_rows", within))
            cursor.execute(load_sql("export/touch_written"))
            cursor.execute(load_sql("file/drop_staged"))
            self._finish(cursor, Counter())

    def _within(self, order: KeyOrder) -> str:
        if not self.spec.time:
            return ""
        first, last = to_iso(order.first), to_iso(order.last)
        return f"and stored.ts between timestamptz '{first}' and timestamptz '{last}'"

    def _begin(self, cursor: "dbapi.Cursor") -> None:
        super()._begin(cursor)
        cursor.execute(load_sql("export/begin_file"))
        cursor.execute(load_sql("export/begin_counts"))

    def _finish(self, cursor: "dbapi.Cursor", copied: Counter[int]) -> None:
        batch = pa.RecordBatch.from_pydict(
            {
                FILE_ID: pa.array(list(self.brought), pa.int32()),
                "row_count": pa.array(list(self.brought.values()), pa.int64()),
                "copied_count": pa.array([copied[item] for item in self.brought], pa.int64()),
            }
        )
        self._ingest(cursor, "brought", iter([batch]), "append")
        values = {"load_id": self.load_id, "table": self.spec.name}
        cursor.execute(load_sql("export/record_files").format(**values))
        self._commit(cursor)


def _counted(batches: Iterator[pa.RecordBatch], counts: Counter[int]) -> Iterator[pa.RecordBatch]:
    """The batches without the number of the file, whose rows are counted."""
    for batch in batches:
        for item in pc.value_counts(batch.column(FILE_ID)).to_pylist():
            counts[item["values"]] += item["counts"]
        yield batch.select([name for name in batch.schema.names if name != FILE_ID])
