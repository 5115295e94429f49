"""Slices -> Parquet files: what waits for the warehouse waits on disk, and memory stays flat.

The reading thread writes the rows of a slice as soon as they are sorted; the loading thread seals
the file with the number of the load that it belongs to, and hands it to dlt as it is.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from vitals.sources.iot import RowFile
from vitals.sources.iot.extract import Slice
from vitals.sources.iot.reader import REJECTED_WEIGHT

LOAD_ID = b"vitals.load_id"

_ROW_GROUP = 131_072


@dataclass
class Spooled:
    """A slice whose rows have gone to a file; `file` is None if it had none."""

    piece: Slice
    file: RowFile | None = None
    writer: pq.ParquetWriter | None = None

    @property
    def weight(self) -> int:
        """How much there is to load, in rows; refused records wait in memory and weigh more."""
        rows = self.file.rows if self.file else 0
        return rows + REJECTED_WEIGHT * len(self.piece.rejected)

    def seal(self, load_id: int) -> None:
        """Close the file; all its rows carry the number of their load, so it is said once."""
        if self.writer:
            self.writer.add_key_value_metadata({LOAD_ID: str(load_id)})
            self.writer.close()

    def remove(self) -> None:
        """Drop the file, which dlt has linked into its own folder or loaded."""
        if self.file:
            self.file.path.unlink(missing_ok=True)


def spool(piece: Slice, folder: Path, number: int) -> Spooled:
    """Write the rows of a slice to a file of its own; `number` makes its name unique."""
    rows, emptied = piece.rows, replace(piece, rows=piece.rows.schema.empty_table())
    if not rows.num_rows:
        return Spooled(emptied)
    table = piece.collection.table
    file = RowFile(table, folder / f"{table}.{number}.parquet", rows.num_rows, rows.schema)
    # Written once and read once: neither compression nor statistics are worth their time.
    writer = pq.ParquetWriter(
        file.path,
        rows.schema,
        compression="none",
        use_dictionary=["device_id"],
        write_statistics=False,
    )
    writer.write_table(rows, row_group_size=_ROW_GROUP)
    return Spooled(emptied, file, writer)
