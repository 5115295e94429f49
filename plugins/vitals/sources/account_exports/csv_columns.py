"""CSV files -> blocks of text columns and of numbers, in bounded memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

BLOCK_BYTES = 4 * 1024 * 1024


class NotColumnsError(ValueError):
    """The content is no CSV file, or lacks a column."""


@dataclass
class CsvBlocks:
    """Blocks of a CSV file, every column as text; lines of another width are left out.

    Attributes:
        content: the file.
        bad_lines: what was left out since it was last asked.
    """

    content: IO[bytes]
    bad_lines: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[pa.Table]:
        try:
            yield from self._read()
        except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
            raise NotColumnsError(f"no valid CSV ({str(error).splitlines()[0]})") from None

    def _read(self) -> Iterator[pa.Table]:
        header = self.content.readline().decode("utf-8-sig").strip()
        names = next(csv.reader([header]), [])
        options = {
            "read_options": pyarrow.csv.ReadOptions(
                column_names=names, use_threads=False, block_size=BLOCK_BYTES
            ),
            "parse_options": pyarrow.csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=self._skip
            ),
            "convert_options": pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        }
        try:
            reader = pyarrow.csv.open_csv(self.content, **options)
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            raise
        for batch in reader:
            yield pa.Table.from_batches([batch])

    def _skip(self, row: Any) -> str:
        self.bad_lines.append(row.text)
        return "skip"


def column(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column by its name, or by how that begins, whatever its case and spaces.

    Raises:
        NotColumnsError: there is none.
    """
    names = {known.strip().lower(): known for known in table.column_names}
    found = names.get(name) or next((names[known] for known in names if known.startswith(name)), "")
    if found:
        return table.column(found)
    raise NotColumnsError(f"no column {name!r}; there are {', '.join(table.column_names)}")


def numbers(texts: pa.ChunkedArray) -> np.ndarray:
    """Texts as floats; NaN where there is no number."""
    array = pc.utf8_trim_whitespace(texts.combine_chunks())
    array = pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)
    try:
        return array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return np.array([_number(text) for text in array.to_pylist()], dtype=np.float64)


def _number(text: str | None) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")
