"""Whole local days of one account -> one raw table, in one transaction with the days it changes."""

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import psycopg

from vitals.load.account_tables import Days, resource_of, table_spec
from vitals.load.copy_job import FileLoad
from vitals.load.tables import load_sql

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi


class WindowLoad(FileLoad):
    """Replaces the days that a load has read by the rows of its file."""

    def run(self) -> None:
        """Load the file, unless that was done before."""
        if self._is_recorded():
            return
        with closing(self.connection.cursor()) as cursor:
            self._begin(cursor)
            days = self._days(cursor)
            self._ingest(cursor, "staged", self.batches(), "create")
            cursor.execute("analyze staged")
            cursor.execute(days.statement("remove_gone", self.load_id))
            cursor.execute(days.statement("add_changed", self.load_id))
            cursor.execute(load_sql("file/drop_staged"))
            self._commit(cursor)

    def _days(self, cursor: "dbapi.Cursor") -> Days:
        cursor.execute(load_sql("column_types").format(table=self.spec.name))
        stored = dict(cursor.fetchall())
        cursor.execute(load_sql("days_of_load").format(load_id=self.load_id))
        types = {name: stored[name] for name in self.spec.columns}
        days = cursor.fetchone()
        assert days is not None, "a load has its days"
        return Days(self.spec, types, *days)


def empty_days(
    connection: psycopg.Connection, table: str, load_id: int, first: date, last: date
) -> None:
    """Days of which the source has nothing: what is stored of them goes.

    Args:
        connection: in autocommit, as the role loader.
        table: table in schema raw.
        load_id: the load that has read the days.
        first: the first of the days.
        last: the last of them.
    """
    resource = resource_of(table)
    assert resource is not None, table
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(load_sql("column_types").format(table=table))
        types: dict[str, str] = dict(cursor.fetchall())
        days = Days(table_spec(table, resource, types), types, first, last)
        cursor.execute(load_sql("file/hold_load").format(load_id=load_id))
        cursor.execute(load_sql("file/begin_file"))
        cursor.execute(days.statement("stage_nothing", load_id))
        cursor.execute(days.statement("remove_gone", load_id))
        counts = {"load_id": load_id, "file_name": "nothing", "rows": 0}
        cursor.execute(load_sql("file/record_touched").format(**counts))
        cursor.execute(load_sql("file/record_file").format(**counts))
