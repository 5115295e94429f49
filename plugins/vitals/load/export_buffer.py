"""Pieces of rows from many files -> one sorted table for each raw table, without repeated keys."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.load.export_job import FILE_ID
from vitals.load.piece import PlainPiece
from vitals.sources.account_exports.shapes import HEART_RATES, MEASUREMENTS, Rows, Shape


@dataclass
class ExportPiece(PlainPiece):
    """Rows of one raw table, from as many files as are written together."""

    family: str
    shape: Shape
    tables: list[pa.Table] = field(default_factory=list)
    rows_read: int = 0
    files: set[int] = field(default_factory=set)
    brought: Counter[int] = field(default_factory=Counter)

    @property
    def table(self) -> str:
        """Name in schema raw."""
        return f"{self.family}__{self.shape.name}"

    @property
    def resource(self) -> str:
        """As in raw.loads."""
        return self.shape.resource

    @property
    def documents_read(self) -> int:
        """Files that rows came from."""
        return len(self.files)

    def add(self, rows: Rows, account_id: str, file_id: int) -> None:
        """Take in a piece of a file."""
        self.rows_read += rows.count
        self.rejected += rows.rejected
        self.files.add(file_id)
        if rows.table is not None and rows.table.num_rows:
            count = rows.table.num_rows
            self.brought[file_id] += count
            owned = rows.table.append_column("account_id", _same(account_id, count))
            file_ids = pa.repeat(pa.scalar(file_id, pa.int32()), count)
            self.tables.append(owned.append_column(FILE_ID, file_ids))

    def settle(self) -> None:
        """Put the rows in the order of their keys, without those that lose to another.

        Keys are unique for samples, so that they can be copied straight into the table.
        """
        if self.tables:
            self.tables = [_best(self.shape, pa.concat_tables(self.tables).combine_chunks())]

    def content(self, load_id: int) -> pa.Table | None:
        """The settled rows with all columns of the raw table; None without rows."""
        if not self.tables:
            return None
        [table] = self.tables
        ordered = table.select(["account_id", *self.shape.columns.names])
        load_ids = pa.repeat(pa.scalar(load_id, pa.int32()), table.num_rows)
        ordered = ordered.append_column("load_id", load_ids)
        return ordered.append_column(FILE_ID, table.column(FILE_ID))


def _best(shape: Shape, table: pa.Table) -> pa.Table:
    """Sorted by key; of samples with one key the best one, by the rule of the database."""
    ranks = {"heart_rates": ["confidence", "bpm"], "measurements": ["value", "end_ts"]}
    key = ["account_id", *shape.key]
    # NULL loses: it has to come first, and the last row of a key stays.
    sorting = [(name, "ascending", "at_start") for name in (*key, *ranks.get(shape.name, []))]
    order = pc.sort_indices(table, sort_keys=sorting)
    table = table.take(order)
    if shape not in (HEART_RATES, MEASUREMENTS):
        return table
    is_last = np.ones(table.num_rows, dtype=bool)
    same = np.ones(table.num_rows - 1, dtype=bool)
    for name in key:
        column = table.column(name).combine_chunks()
        same &= pc.equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    is_last[:-1] = ~same
    return table if is_last.all() else table.filter(pa.array(is_last))


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)
