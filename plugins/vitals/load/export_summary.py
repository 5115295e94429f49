"""What an import did: files by what became of them, and each row of the files that were read.

A row was loaded, was known already (its key is stored with the same or a better value, or came
twice), or was rejected; nothing else, so that the three add up to what was read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg

from vitals.load.summary import LoadSummary
from vitals.load.tables import load_sql

# In the order in which people are told.
_OUTCOMES = {
    "loaded": "loaded",
    "unchanged": "known already and not read again",
    "left_out": "left out on purpose",
    "unrecognised": "not recognised",
    "refused": "refused",
}
_HEADINGS = ("files", "rows read", "loaded", "known already", "rejected", "without value")


@dataclass
class RowCounts:
    """Rows of files that were read.

    Attributes:
        files: how many.
        rows_read: records found, without those that stand for no value.
        rows_loaded: stored, also in place of a worse value.
        rows_known: stored already with the same or a better value, or more than once in the files.
        rows_rejected: kept in raw.rejected_records instead.
        rows_without_value: placeholders that stand for no value.
    """

    files: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_known: int = 0
    rows_rejected: int = 0
    rows_without_value: int = 0


@dataclass
class ImportSummary:
    """What an import did.

    Attributes:
        loads: counts by table, as for other loads; the profile of the person is one of them.
        files: how many files by what became of them.
        kinds: rows of the files that were read, by kind of file.
        problems: by file, why it was not read, or not to its end.
        bases: how local times were read, by kind of file.
        seconds: how long it took.
    """

    loads: LoadSummary
    files: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, RowCounts] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rows(self) -> RowCounts:
        """All kinds together."""
        total = RowCounts()
        for counts in self.kinds.values():
            for name, count in asdict(counts).items():
                setattr(total, name, getattr(total, name) + count)
        return total

    def count_file(self, outcome: str) -> None:
        """Count one file."""
        self.files[outcome] = self.files.get(outcome, 0) + 1

    def count_read(self, kind: str, read: int, rejected: int, without_value: int) -> None:
        """Count the rows of one file that was read."""
        counts = self.kinds.setdefault(kind, RowCounts())
        counts.files += 1
        counts.rows_read += read
        counts.rows_rejected += rejected
        counts.rows_without_value += without_value

    def count_written(self, connection: psycopg.Connection) -> None:
        """Ask the manifest what became of the rows of this import's loads."""
        values = {"load_ids": self.loads.load_ids}
        for kind, loaded, known in connection.execute(load_sql("export/count_rows"), values):
            counts = self.kinds.setdefault(kind, RowCounts())
            counts.rows_loaded, counts.rows_known = loaded, known

    def lines(self) -> Iterator[str]:
        """For people: a table of rows by kind of file, then the files."""
        if self.kinds:
            yield from _aligned(
                ("", *_HEADINGS),
                *((kind, *_figures(counts)) for kind, counts in sorted(self.kinds.items())),
            )
        words = {one: word for one, word in _OUTCOMES.items() if one in self.files}
        files = ", ".join(f"{self.files[one]:,} {word}" for one, word in words.items())
        yield f"files: {files or 'none'}; {self.seconds:.1f} s"

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        return {
            "files": self.files, "rows": asdict(self.rows), "problems": self.problems,
            "bases": self.bases, **self.loads.to_dict(), "seconds": self.seconds,
        }  # fmt: skip


def _figures(counts: RowCounts) -> list[str]:
    return [f"{count:,}" for count in asdict(counts).values()]


def _aligned(*lines: Sequence[str]) -> Iterator[str]:
    """Cells under each other: the first to the left, the others to the right."""
    first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
    for name, *cells in lines:
        right = (cell.rjust(width) for cell, width in zip(cells, others, strict=True))
        yield "  ".join((name.ljust(first), *right))
