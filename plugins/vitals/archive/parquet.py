"""A stream of record batches -> one Parquet file, and what such a file holds of whom.

Memory is that of a batch, whatever the size of the chunk.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitals.archive.errors import IntegrityError
from vitals.archive.tables import RawTable

_BATCH_ROWS = 131_072


@dataclass
class Contents:
    """Rows by subject, and the bounds of time."""

    rows: Counter[str] = field(default_factory=Counter)
    min_time: datetime | None = None
    max_time: datetime | None = None


def write(
    batches: pa.RecordBatchReader, table: RawTable, path: Path, notes: Mapping[str, object]
) -> None:
    """Write the rows of a chunk, sorted as they come.

    Times are stored as differences, which take next to nothing where they are sorted; whatever
    repeats is stored once.

    Args:
        batches: the rows.
        table: whose they are.
        path: of the new file.
        notes: what the metadata of the file shall say, such as the version of the schema.
    """
    schema = batches.schema.with_metadata(_metadata(table, notes))
    instants = [item.name for item in schema if pa.types.is_timestamp(item.type)]
    sorting = [
        pq.SortingColumn(schema.get_field_index(name))
        for name in (table.subject, table.time_column)
    ]
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[name for name in schema.names if name not in instants],
        column_encoding={name: "DELTA_BINARY_PACKED" for name in instants},
        sorting_columns=sorting,
    ) as writer:
        for batch in batches:
            writer.write_batch(batch)


def _metadata(table: RawTable, notes: Mapping[str, object]) -> dict[str, str]:
    columns = [[column.name, column.type] for column in table.columns]
    found = {"table": table.name, "key": table.key, "columns": columns, **notes}
    return {
        f"vitals.{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }


def contents(path: Path, subject: str, time: str) -> Contents:
    """Decode a whole file and count.

    Raises:
        IntegrityError: it cannot be decoded.
    """
    found = Contents()
    try:
        file = pq.ParquetFile(path, pre_buffer=False, read_dictionary=[subject])
        for batch in file.iter_batches(_BATCH_ROWS):
            count(batch.column(subject), found.rows)
            bounds = pc.min_max(batch.column(time))
            first, last = bounds["min"].as_py(), bounds["max"].as_py()
            found.min_time = min(filter(None, (found.min_time, first)))
            found.max_time = max(filter(None, (found.max_time, last)))
    except (pa.ArrowException, OSError) as error:
        raise IntegrityError(f"{path.name} cannot be decoded: {error}") from error
    return found


def count(subjects: pa.Array, rows: Counter[str]) -> None:
    """Add to `rows` how often each subject occurs."""
    for item in pc.value_counts(subjects):
        rows[item["values"].as_py()] += item["counts"].as_py()


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
