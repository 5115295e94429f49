"""What a deletion did, without a word about whom: to be kept as proof."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass
class Receipt:
    """Proof of a deletion; holds no personal data.

    Attributes:
        number: of the deletion; the beginning of the participant's tombstone.
        began_at: from when on nothing of them was let in any more.
        ended_at: when everything had been counted.
        accounts: how many accounts and imports they had.
        devices: how many devices of the document store.
        devices_handed_on: devices that are somebody else's by now and stay there.
        rows_deleted: by table.
        rows_left: by table, counted afterwards; of every table that holds something of people.
        lake_objects_deleted: objects of the data lake.
        stream_objects_rewritten: objects of the heart-rate stream that held others as well.
        archive_objects_rewritten: objects of the archive that held others as well.
        archive_objects_deleted: objects of the archive that held nobody else.
        objects_left: objects that still hold something, counted afterwards.
        by_hand: what nobody but a person can do.
    """

    number: str
    began_at: datetime
    ended_at: datetime | None = None
    accounts: int = 0
    devices: int = 0
    devices_handed_on: int = 0
    rows_deleted: dict[str, int] = field(default_factory=dict)
    rows_left: dict[str, int] = field(default_factory=dict)
    lake_objects_deleted: int = 0
    stream_objects_rewritten: int = 0
    archive_objects_rewritten: int = 0
    archive_objects_deleted: int = 0
    objects_left: int = 0
    by_hand: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How much is left of them anywhere."""
        return sum(self.rows_left.values()) + self.objects_left

    def to_dict(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        return {**asdict(self), "began_at": _text(self.began_at), "ended_at": _text(self.ended_at)}

    def summary(self) -> list[str]:
        """What was deleted, in lines for a person; what was nothing is left out."""
        rows = {name: count for name, count in self.rows_deleted.items() if count}
        lines = [f"deleted: {sum(rows.values()):,} rows in {len(rows)} tables"]
        lines += [f"  {name:<44} {count:>12,}" for name, count in rows.items()]
        objects = {
            "objects of the lake deleted": self.lake_objects_deleted,
            "objects of the stream rewritten": self.stream_objects_rewritten,
            "objects of the archive rewritten": self.archive_objects_rewritten,
            "objects of the archive deleted": self.archive_objects_deleted,
        }
        lines += [f"{count:,} {what}" for what, count in objects.items() if count]
        left = {name: count for name, count in self.rows_left.items() if count}
        lines += [f"left: {count:,} rows in {name}" for name, count in left.items()]
        return lines + ([f"left: {self.objects_left:,} objects"] if self.objects_left else [])

    def write(self, folder: Path) -> Path:
        """Write it to a file, readable by its owner only; returns where."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"deletion-{self.number}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.to_dict(), indent=2) + "\n")
        return path


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
