"""What a run did, in a form that logs and Airflow's XCom can hold."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from vitals.load.piece import Piece
from vitals.sources.rejected import count_rows

if TYPE_CHECKING:
    from vitals.sources._api.errors import ApiError

COUNTS = (
    "documents_read",
    "documents_unchanged",
    "rows_read",
    "rows_loaded",
    "rows_rejected",
    "rows_superseded",
    "rows_withheld",
    "days_touched",
)


@dataclass
class LoadSummary:
    """What a run read, loaded, refused and touched.

    Attributes:
        mode: "incremental", "window", "full" or "backfill".
        load_ids: rows of raw.loads.
        resources: counts by collection, named as the columns of raw.loads.
        unknown_collections: collections of the store that this source does not know.
        unknown_fields: by collection, fields without a column of their own.
        problems: by resource, why it was not read.
        notes: by collection, remarks on rows that were loaded, with their number.
        seconds: how long the run took.
    """

    mode: str
    run_id: str | None = None
    load_ids: list[int] = field(default_factory=list)
    resources: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown_collections: list[str] = field(default_factory=list)
    unknown_fields: dict[str, list[str]] = field(default_factory=dict)
    problems: "dict[str, ApiError]" = field(default_factory=dict)
    notes: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """The counts over all collections."""
        total: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
        for counts in self.resources.values():
            total.update(counts)
        return {name: total[name] for name in COUNTS}

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        problems = {name: str(error) for name, error in self.problems.items()}
        return {**asdict(self), "problems": problems, "counts": self.counts}

    def add(self, load_id: int, piece: Piece, written: dict[str, int]) -> dict[str, int]:
        """Count one finished load; returns its counts."""
        name = piece.resource
        counts = {
            "documents_read": piece.documents_read,
            "documents_unchanged": piece.documents_unchanged,
            "rows_read": piece.rows_read,
            "rows_rejected": count_rows(piece.rejected),
            **written,
        }
        counts["rows_read"] -= counts["rows_withheld"]
        self.load_ids.append(load_id)
        total = self.resources.setdefault(name, dict.fromkeys(COUNTS, 0))
        for key, value in counts.items():
            total[key] += value
        if piece.unknown_fields:
            known = self.unknown_fields.get(name, [])
            self.unknown_fields[name] = sorted({*known, *piece.unknown_fields})
        if piece.notes:
            self.notes[name] = dict(Counter(self.notes.get(name, {})) + Counter(piece.notes))
        return counts
