"""Record batches -> one Parquet or CSV file, of which the same rows always make the same bytes.

So nothing in a file tells when it was written, and row groups do not depend on how the rows came.
Memory is that of a row group.
"""

import gzip
import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from vitals.api.columnar import plain_schema, shaped
from vitals.api.media import CSV, PARQUET
from vitals.datasets.snapshot import Rows

ROW_GROUP = 131_072  # rows
FORMATS = ("parquet", "csv")

_GZIP_LEVEL = 6


def write(path: Path, pieces: Iterable[Rows], order: Sequence[str], written: "Counted") -> None:
    """Write a file, and see to it that it is on the disk.

    Args:
        path: of the new file; its ending says the format.
        pieces: the rows in order; at least one piece, for the schema.
        order: columns by which they are sorted.
        written: counts them as they are written.
    """
    with path.open("xb") as file:
        _fill(file, path, pieces, order, written)
        file.flush()
        os.fsync(file.fileno())


class Counted:
    """How many rows were written so far; a class of its own shows them as they come."""

    rows = 0

    def add(self, rows: int) -> None:
        """Some more were written."""
        self.rows += rows


def count(path: Path) -> int:
    """How many rows a file has.

    Raises:
        OSError, pyarrow.ArrowException: it cannot be read.
    """
    if path.suffix == ".parquet":
        return pq.ParquetFile(path).metadata.num_rows
    with gzip.open(path, "rb") as file:
        names = file.readline().decode().rstrip("\n").split(",")
        read = pa_csv.ReadOptions(column_names=[name.strip('"') for name in names])
        parse = pa_csv.ParseOptions(newlines_in_values=True)
        first = read.column_names[0]
        convert = pa_csv.ConvertOptions(include_columns=[first], column_types={first: pa.string()})
        try:
            with pa_csv.open_csv(file, read, parse, convert) as batches:
                return sum(batch.num_rows for batch in batches)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return 0
            raise


def _fill(
    file: IO[bytes],
    path: Path,
    pieces: Iterable[Rows],
    order: Sequence[str],
    written: Counted,
) -> None:
    others = iter(pieces)
    first = next(others)
    media_type = PARQUET if path.suffix == ".parquet" else CSV
    schema = plain_schema(first.schema, media_type)
    kind = _Parquet if media_type == PARQUET else _Csv
    writer = kind(file, schema, order)
    try:
        for table in _in_row_groups(first, others, schema):
            writer.write(table)
            written.add(table.num_rows)
    finally:
        writer.close()


def _in_row_groups(first: Rows, others: Iterator[Rows], schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows in tables of ROW_GROUP rows, the last one of what is left."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in _every(first, others):
        held.append(batch)
        rows += batch.num_rows
        while rows >= ROW_GROUP:
            table = pa.Table.from_batches(held)
            yield _plain(table.slice(0, ROW_GROUP), schema)
            held = table.slice(ROW_GROUP).to_batches()
            rows -= ROW_GROUP
    if rows:
        yield _plain(pa.Table.from_batches(held), schema)


def _every(first: Rows, others: Iterator[Rows]) -> Iterator[pa.RecordBatch]:
    yield from first
    for rows in others:
        yield from rows


def _plain(table: pa.Table, schema: pa.Schema) -> pa.Table:
    [batch] = table.combine_chunks().to_batches()
    return pa.Table.from_batches([shaped(batch, schema)])


class _Writer(ABC):
    @abstractmethod
    def write(self, table: pa.Table) -> None:
        """Write one row group."""

    @abstractmethod
    def close(self) -> None:
        """Write what is left; the file stays open."""


class _Parquet(_Writer):
    """Instants as differences, which take next to nothing; whatever repeats is stored once."""

    def __init__(self, file: IO[bytes], schema: pa.Schema, order: Sequence[str]) -> None:
        instants = [item.name for item in schema if pa.types.is_timestamp(item.type)]
        self._writer: Any = pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=[name for name in schema.names if name not in instants],
            column_encoding={name: "DELTA_BINARY_PACKED" for name in instants},
            sorting_columns=[pq.SortingColumn(schema.get_field_index(name)) for name in order],
        )

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=ROW_GROUP)

    def close(self) -> None:
        self._writer.close()


class _Csv(_Writer):
    def __init__(self, file: IO[bytes], schema: pa.Schema, order: Sequence[str]) -> None:
        # Neither a time nor a name in its header, which would differ each time.
        self._zipped: Any = gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)
        self._writer: Any = pa_csv.CSVWriter(self._zipped, schema)

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table)

    def close(self) -> None:
        self._writer.close()
        self._zipped.close()
