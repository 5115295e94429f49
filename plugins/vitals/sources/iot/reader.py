"""What the extraction asks of every collection's reader, and what all of them tell in one way."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from vitals.sources.iot.documents import RawDocument
from vitals.sources.rejected import Rejected

# A refused record costs about this many times the memory of a sample.
REJECTED_WEIGHT = 20


class Reader(ABC):
    """Collects the rows of one slice of one collection.

    Attributes:
        rejected: records and fields refused so far.
        unknown_fields: names of fields that no column was made for.
        notes: remarks on rows that were kept, with their number.
        rows_read: rows found, whatever became of them.
    """

    def __init__(self) -> None:
        self.rejected: list[Rejected] = []
        self.unknown_fields: set[str] = set()
        self.notes: Counter[str] = Counter()
        self.rows_read = 0

    @property
    def weight(self) -> int:
        """How much the slice holds, in samples' worth of memory."""
        return self._rows_weight() + REJECTED_WEIGHT * len(self.rejected)

    @abstractmethod
    def _rows_weight(self) -> int:
        """What the good rows weigh."""

    @abstractmethod
    def add(self, documents: Sequence[RawDocument]) -> None:
        """Read documents, in any order."""

    @abstractmethod
    def table(self) -> tuple[pa.Table, int]:
        """The good rows, and how many of them lost to a better row of the same key."""
