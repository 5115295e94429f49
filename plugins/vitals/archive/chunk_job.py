"""One chunk -> one object and its manifest; then the chunk is dropped, if it is still the same.

Read in one snapshot, uploaded without holding anything, and counted again under a lock just before
it is dropped, in the transaction that enters the part into the catalogue.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adbc_driver_manager import dbapi

from vitals.archive import parquet
from vitals.archive.bucket import Bucket
from vitals.archive.errors import IntegrityError
from vitals.archive.manifest import Manifest, SubjectRows
from vitals.archive.session import Session
from vitals.archive.storing import store
from vitals.archive.tables import Chunk, RawTable, archive_sql
from vitals.archive.upload import composite_checksum, part_size
from vitals.archive.versions import versions
from vitals.workspace import workspace

_LOCK_NOT_AVAILABLE = "55P03"
_LOCK_TIMEOUT = "5min"
_ATTEMPTS = 3


@dataclass(frozen=True)
class Outcome:
    """What became of a chunk.

    Attributes:
        what: archived; dropped (the archive had all its rows already); waiting (stage has not
            taken it in yet); busy (somebody else held it); old (dry run).
        line: the same for people.
        rows: how many rows went.
        size_bytes: size of the object that was uploaded.
    """

    what: str
    line: str
    rows: int = 0
    size_bytes: int = 0


@dataclass(frozen=True)
class Counted:
    """What the database says that a chunk holds, in the snapshot of the transaction."""

    subjects: dict[str, SubjectRows]
    min_time: datetime
    max_time: datetime
    last_load_id: int

    @property
    def rows(self) -> int:
        """How many rows."""
        return sum(held.rows for held in self.subjects.values())


@dataclass(frozen=True)
class EarlierParts:
    """What the archive holds of the range of a chunk already."""

    subjects: dict[str, SubjectRows]
    replaceable: dict[int, str]  # part -> manifest; all that they hold is in the chunk again

    @classmethod
    def of(cls, rows: Iterable[dict[str, Any]]) -> "EarlierParts":
        """Add up rows of archived_rows.sql: counts, and XOR of digests."""
        subjects: dict[str, SubjectRows] = {}
        replaceable: dict[int, str] = {}
        missing: set[int] = set()
        for row in rows:
            held = subjects.get(row["subject_id"], SubjectRows(0, 0))
            subjects[row["subject_id"]] = SubjectRows(
                held.rows + row["row_count"], held.digest ^ row["digest"]
            )
            replaceable[row["part_id"]] = row["manifest_key"]
            if not row["is_repeated"]:
                missing.add(row["part_id"])
        return cls(subjects, {k: v for k, v in replaceable.items() if k not in missing})


class ChunkJob:
    """The moving of one chunk over one session."""

    def __init__(self, session: Session, table: RawTable, chunk: Chunk) -> None:
        self.session, self.table, self.chunk = session, table, chunk
        self._fragments = {**table.fragments(), **chunk.fragments()}

    def look(self) -> Outcome:
        """What would be done, without a lock."""
        waiting = self._waiting()
        counted = self._count()
        rows = counted.rows if counted else 0
        return waiting or Outcome("old", f"{rows:,} rows would be archived", rows)

    def move(self, bucket: Bucket, part_id: int, number: int) -> Outcome:
        """Archive and drop the chunk as part `number`.

        Raises:
            ArchiveError: S3 refused something, or holds something else than was sent.
        """
        try:
            for _ in range(_ATTEMPTS):
                outcome = self._waiting() or self._move(bucket, part_id, number)
                if outcome:
                    self.session.commit()
                    return outcome
                self.session.rollback()
        except dbapi.Error as error:
            self.session.rollback()
            if error.sqlstate != _LOCK_NOT_AVAILABLE:
                raise
            return Outcome("busy", f"in use for {_LOCK_TIMEOUT}: left for the next run")
        return Outcome("busy", f"was written to {_ATTEMPTS} times: left for the next run")

    def _move(self, bucket: Bucket, part_id: int, number: int) -> Outcome | None:
        """One attempt; None if somebody wrote to the chunk meanwhile."""
        with workspace("archive") as folder:
            self._see()
            manifest = None
            if self._counted and not self._is_known():
                path = folder / "rows.parquet"
                manifest = self._write(self._counted, path, bucket, number)
                self.session.rollback()  # nothing is held while the network is slow
                store(bucket, path, manifest)
        self._hold()
        if self._count() != self._counted:
            return None
        if manifest:
            self._record(part_id, manifest)
        else:
            self._run("forget_claim", part_id=part_id)
        self._run("leave_raw")
        self.session.execute(f"drop table {self.chunk.chunk}")
        return self._outcome(manifest)

    def _see(self) -> None:
        """Fix a snapshot, and count what the chunk and the archive hold in it."""
        self.session.rollback()
        self.session.execute("set transaction isolation level repeatable read")
        self.session.execute("set local work_mem = '64MB'")
        self._counted = self._count()
        self._earlier = EarlierParts.of(self._rows("archived_rows"))

    def _hold(self) -> None:
        self.session.rollback()
        self.session.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
        self._run("hold_table")

    def _is_known(self) -> bool:
        """Whether the archive has every row already: the chunk was restored, or is empty."""
        held = self._counted.subjects if self._counted else {}
        return all(self._earlier.subjects.get(subject) == rows for subject, rows in held.items())

    def _outcome(self, manifest: Manifest | None) -> Outcome:
        if manifest is None:
            rows = self._counted.rows if self._counted else 0
            return Outcome("dropped", f"{rows:,} rows that the archive has already", rows)
        rows, size = manifest.rows, manifest.size_bytes
        line = f"{rows:,} rows of {len(manifest.subjects):,} archived in {size / 1e6:.1f} MB"
        return Outcome("archived", f"{line}, part {manifest.part_number}", rows, size)

    def _waiting(self) -> Outcome | None:
        """Whether rows of the chunk have not reached stage, which could not read them any more."""
        is_built = self.session.exists("stage.load_progress")
        not_taken = archive_sql("not_taken") if is_built else "true"
        loads = [row["load_id"] for row in self._rows("untaken_loads", not_taken=not_taken)]
        if not loads:
            return None
        some = ", ".join(map(str, loads[:5])) + (" ..." if len(loads) > 5 else "")
        return Outcome("waiting", f"stage has not taken in loads {some}: left for the next run")

    def _count(self) -> Counted | None:
        rows = self._rows("count_chunk")
        if not rows:
            return None
        return Counted(
            {row["subject_id"]: SubjectRows(row["row_count"], row["digest"]) for row in rows},
            min(row["first_ts"] for row in rows),
            max(row["last_ts"] for row in rows),
            max(row["last_load_id"] for row in rows),
        )

    def _write(self, counted: Counted, path: Path, bucket: Bucket, number: int) -> Manifest:
        """Read the chunk into a file, and compare what that holds with what the database says."""
        found = versions(self.session)
        with self.session.batches("read_chunk", **self._fragments) as batches:
            parquet.write(batches, self.table, path, asdict(found))
        held = parquet.contents(path, self.table.subject, self.table.time_column)
        stored = {subject: rows.rows for subject, rows in counted.subjects.items()}
        if (dict(held.rows), held.min_time, held.max_time) != (
            stored, counted.min_time, counted.max_time
        ):  # fmt: skip
            raise IntegrityError(f"{path.name} does not hold the rows of {self.chunk.chunk}")
        size = path.stat().st_size
        part_bytes = part_size(size, bucket.settings.part_bytes)
        return Manifest(
            table=self.table.name,
            range_start=self.chunk.range_start.astimezone(UTC),
            range_end=self.chunk.range_end.astimezone(UTC),
            part_number=number,
            subject_column=self.table.subject,
            time_column=self.table.time_column,
            key=self.table.key,
            columns=self.table.columns,
            subjects=counted.subjects,
            min_time=counted.min_time,
            max_time=counted.max_time,
            size_bytes=size,
            sha256=parquet.sha256(path),
            part_bytes=part_bytes,
            checksum=composite_checksum(path, part_bytes),
            storage_class=bucket.settings.storage_class,
            encryption=bucket.settings.encryption,
            last_load_id=counted.last_load_id,
            written_at=datetime.now(UTC),
            supersedes=tuple(sorted(self._earlier.replaceable.values())),
            **asdict(found),
        )

    def _record(self, part_id: int, manifest: Manifest) -> None:
        self._run(
            "finish_part",
            part_id=part_id,
            rows=manifest.rows,
            first_ts=manifest.min_time.isoformat(),
            last_ts=manifest.max_time.isoformat(),
            size_bytes=manifest.size_bytes,
            sha256=manifest.sha256,
        )
        held = [
            {"subject_id": subject, "row_count": rows.rows, "digest": rows.digest}
            for subject, rows in manifest.subjects.items()
        ]
        self.session.run("add_subjects", json.dumps(held), part_id=part_id)
        if self._earlier.replaceable:
            ids = ", ".join(map(str, self._earlier.replaceable))
            self._run("supersede_parts", part_ids=ids)

    def _run(self, name: str, **fragments: object) -> None:
        self.session.run(name, **self._fragments, **fragments)

    def _rows(self, name: str, **fragments: object) -> list[dict[str, Any]]:
        return self.session.rows(name, **self._fragments, **fragments)
