"""columnar: a query -> Arrow record batches -> bytes of CSV, Arrow or Parquet, as they come.

ADBC reads PostgreSQL's binary COPY into Arrow in C, a batch at a time, so that an answer of any
length takes the memory of a batch and no row of it passes through Python.
"""

import io
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import adbc_driver_manager as adbc
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi

from vitals.api.media import ARROW, CSV, PARQUET
from vitals.api.problems import Problem

BATCH_BYTES = 4_000_000  # of PostgreSQL's binary rows

_QUERY_CANCELED, _UNDEFINED_TABLE = "57014", "42P01"


class Streams:
    """A few connections over which tables are read as Arrow."""

    def __init__(self, dsn: str, count: int) -> None:
        """Connects to nothing yet."""
        self._dsn = dsn
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        self._places = threading.BoundedSemaphore(count)

    def open(self, query: str, media_type: str, metadata: dict[str, str]) -> "Stream":
        """Run a query and wait for its first batch; blocks.

        Raises:
            Problem: too many are at work, or the query failed.
        """
        if not self._places.acquire(timeout=10):
            raise Problem(503, "too many tables are being read: try again", {"Retry-After": "5"})
        try:
            return self._stream(query, media_type, metadata)
        except BaseException as error:
            self._places.release()
            if isinstance(error, adbc.Error):
                raise _problem(error) from error
            raise

    def close(self) -> None:
        """Close the idle connections."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def _stream(self, query: str, media_type: str, metadata: dict[str, str]) -> "Stream":
        """A connection may have died while it was idle: then the next is tried, last a new one."""
        while True:
            try:
                connection, is_new = self._idle.get_nowait(), False
            except queue.Empty:
                connection, is_new = dbapi.connect(self._dsn, autocommit=True), True

            def done(is_well: bool, connection: Any = connection) -> None:
                self._give_back(connection, is_well)

            try:
                return Stream(_execute(connection, query), media_type, metadata, done)
            except adbc.Error as error:
                with suppress(adbc.Error):
                    connection.close()
                if is_new or error.sqlstate:
                    raise

    def _give_back(self, connection: Any, is_well: bool) -> None:
        """Keep a connection for the next query, unless something of this one may be under way."""
        if is_well:
            self._idle.put(connection)
        else:
            with suppress(adbc.Error):
                connection.close()
        self._places.release()


class Stream:
    """One answer; iterating gives its bytes, `rows` counts what went out. Close it in any case."""

    def __init__(
        self, cursor: Any, media_type: str, metadata: dict[str, str], done: Callable[[bool], None]
    ) -> None:
        """Reads the first batch, so that an error shows before the answer begins."""
        self.rows = 0
        self._is_read = False
        self._cursor, self._done = cursor, done
        self._reader = cursor.fetch_record_batch()
        self._first = next(self._reader, None)
        self._schema = plain_schema(self._reader.schema, media_type).with_metadata(metadata)
        self._sink = _Sink()
        self._writer = _writer(media_type, self._sink, self._schema)

    def close(self) -> None:
        """Give the connection back, in whatever state; the query ends. Safe to repeat."""
        done, self._done = self._done, lambda is_well: None
        with suppress(adbc.Error):
            if not self._is_read:
                self._cursor.adbc_cancel()
            self._cursor.close()
        done(self._is_read)

    def __iter__(self) -> Iterator[bytes]:
        """The bytes."""
        with self._writer as writer:
            batch = self._first
            while batch is not None:
                self.rows += batch.num_rows
                writer.write_batch(shaped(batch, self._schema))
                yield from self._sink.taken()
                batch = next(self._reader, None)
        yield from self._sink.taken()
        self._is_read = True


class _Sink(io.RawIOBase):
    """A file that hands on what is written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._written

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self._written += len(self._parts[-1])
        return len(self._parts[-1])

    def taken(self) -> Iterator[bytes]:
        parts, self._parts = self._parts, []
        if parts:
            yield b"".join(parts)


def _execute(connection: Any, query: str) -> Any:
    options = {"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)}
    cursor = connection.cursor(adbc_stmt_kwargs=options)
    cursor.execute(query)
    return cursor


def _writer(media_type: str, sink: _Sink, schema: pa.Schema) -> Any:
    if media_type == PARQUET:
        return pq.ParquetWriter(sink, schema, compression="zstd")
    if media_type == ARROW:
        return pa.ipc.new_stream(sink, schema)
    assert media_type == CSV
    return pa_csv.CSVWriter(sink, schema)


def plain_schema(schema: pa.Schema, media_type: str) -> pa.Schema:
    """What goes out: JSON is text, in CSV instants and lists, too; the rest keeps its type."""
    types = []
    for field in schema:
        kind = field.type
        if isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        types.append((field.name, pa.string() if media_type == CSV and _is_text(kind) else kind))
    return pa.schema(types)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_timestamp(kind) or pa.types.is_list(kind)


def shaped(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch with the types of a `plain_schema`."""
    arrays = [
        column if column.type == field.type else _as_text(column)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _as_text(column: pa.Array) -> pa.Array:
    """Instants as in JSON (`2026-11-20T10:00:00Z`), with fractions only if any has some."""
    if isinstance(column, pa.ExtensionArray):
        return column.storage
    if pa.types.is_list(column.type):
        return pc.binary_join(column.cast(pa.list_(pa.string())), ";")
    zone = column.type.tz
    whole = pc.all(pc.equal(pc.floor_temporal(column, unit="second"), column)).as_py()
    if whole is not False:
        column = column.cast(pa.timestamp("s", zone))
    return pc.strftime(column, format="%Y-%m-%dT%H:%M:%S" + ("Z" if zone else ""))


def _problem(error: adbc.Error) -> Problem:
    if error.sqlstate == _QUERY_CANCELED:
        return Problem(504, "the query took too long: ask for a shorter range")
    if error.sqlstate == _UNDEFINED_TABLE:
        return Problem(503, "the warehouse has no health tables yet: its first run makes them")
    waiting = {"Retry-After": "5"}
    return Problem(503, "the warehouse cannot be reached at the moment: try again", waiting)
