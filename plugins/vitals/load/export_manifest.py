"""The manifest of imports: every file that was seen, and which need not be read again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from vitals.load.tables import load_sql
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.kinds import Kind
from vitals.warehouse import only_value


@dataclass
class FileCounts:
    """What was read of one file."""

    file_id: int
    file: ExportFile
    rows_read: int = 0
    rows_rejected: int = 0
    rows_without_value: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    problem: str | None = None

    @property
    def reason(self) -> str | None:
        """What the manifest says: why it was not read to its end, or what was left out."""
        if self.problem or not self.left_out:
            return self.problem
        kinds = ", ".join(f"{count:,} {name}" for name, count in self.left_out.most_common(20))
        return f"left out: {kinds}"


@dataclass(frozen=True)
class _Known:
    sha256: bytes
    file_id: int
    place: tuple[str, str]
    clock: str | None


@dataclass
class Manifest:
    """The files of one participant.

    Attributes:
        connection: in autocommit, as the role loader.
        participant_id: whose files.
        run_id: Airflow's run.
    """

    connection: psycopg.Connection
    participant_id: str
    run_id: str | None = None
    _known: dict[int, list[_Known]] = field(default_factory=dict)

    def open(self) -> None:
        """Look up what is known; forget what an import left unfinished."""
        who = {"participant_id": self.participant_id}
        self.connection.execute(load_sql("export/forget_unfinished"), who)
        for row in self.connection.execute(load_sql("export/known_files"), who):
            size, sha256, file_id, archive, path, clock = row
            entry = _Known(bytes(sha256), file_id, (archive, path), clock)
            self._known.setdefault(size, []).append(entry)

    def is_known(self, file: ExportFile, clock: str | None) -> bool:
        """Whether the same content was read before, on the same clock; says so if it was.

        Only a file of a size that is known has to be read for its hash.
        """
        candidates = [one for one in self._known.get(file.size, []) if one.clock == clock]
        if not candidates:
            return False
        sha256 = file.compute_hash()
        same = [one for one in candidates if one.sha256 == sha256]
        if not same:
            return False
        if any(one.place == (file.archive, file.path) for one in same):
            values = {"file_ids": [one.file_id for one in same]}
            self.connection.execute(load_sql("export/see_again"), values)
        else:
            archive, path = same[0].place
            self.see(file, None, "duplicate", f"the same content as {archive}: {path}")
        return True

    def see(self, file: ExportFile, kind: Kind | None, status: str, reason: str | None) -> None:
        """Note a file that is not read."""
        values = self._place(file, kind) | {
            "status": status, "reason": reason, "sha256": file.sha256
        }  # fmt: skip
        self.connection.execute(load_sql("export/see_file"), values)

    def start(self, file: ExportFile, kind: Kind, basis: str | None, clock: str | None) -> int:
        """Note that a file is being read; returns its number."""
        values = self._place(file, kind) | {"time_basis": basis, "clock": clock}
        return only_value(self.connection.execute(load_sql("export/start_file"), values))

    def finish(self, files: Sequence[FileCounts]) -> None:
        """Note that everything of some files is written."""
        values = [
            {
                "file_id": one.file_id,
                "status": "refused" if one.problem else "loaded",
                "reason": one.reason,
                "sha256": one.file.sha256,
                "rows_read": one.rows_read,
                "rows_rejected": one.rows_rejected,
                "rows_without_value": one.rows_without_value,
            }
            for one in files
        ]
        with self.connection.cursor() as cursor:
            cursor.executemany(load_sql("export/finish_file"), values)

    def _place(self, file: ExportFile, kind: Kind | None) -> dict[str, Any]:
        return {
            "participant_id": self.participant_id,
            "archive": file.archive,
            "path": file.path,
            "size_bytes": file.size,
            "export_format": kind.export_format if kind else None,
            "kind": kind.name if kind else None,
            "run_id": self.run_id,
        }
