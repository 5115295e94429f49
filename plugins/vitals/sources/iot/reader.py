"""What the extraction asks of every collection's reader."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from vitals.sources.iot.documents import RawDocument
from vitals.sources.rejected import Rejected

# A refused record costs about this many times the memory of a sample.
REJECTED_WEIGHT = 20


class Reader(Protocol):
    """Collects the rows of one slice of one collection.

    Attributes:
        rejected: records and fields refused so far.
        unknown_fields: names of fields that no column was made for.
        notes: remarks on rows that were kept, with their number.
        rows_read: rows found, whatever became of them.
    """

    rejected: list[Rejected]
    unknown_fields: set[str]
    notes: Counter[str]
    rows_read: int

    @property
    def weight(self) -> int:
        """How much the slice holds, in samples' worth of memory."""
        ...

    def add(self, documents: Sequence[RawDocument]) -> None:
        """Read documents, in any order."""
        ...

    def table(self) -> tuple[pa.Table, int]:
        """The good rows, and how many of them lost to a better row of the same key."""
        ...
