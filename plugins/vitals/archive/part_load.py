"""One Parquet file of the archive -> a table, in one transaction with what the books say of it.

Straight by COPY where none of its keys is there, which is nearly always; else by way of a temporary
table, where the value wins that loading would have chosen.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from adbc_driver_manager import dbapi

from vitals.archive import parquet
from vitals.archive.errors import ArchiveError, IntegrityError
from vitals.archive.manifest import Manifest, SubjectRows
from vitals.archive.session import Session
from vitals.archive.tables import RawTable, archive_sql
from vitals.load.adbc import UNIQUE_VIOLATION
from vitals.load.export_tables import EXPORT_TABLES
from vitals.load.tables import TABLES, TableSpec
from vitals.load.withheld import Withholding

_BATCH_ROWS = 16_384
# What a provider restates replaces what it said before.
_NEWER = ("{row}.load_id",)


@dataclass(frozen=True)
class Wish:
    """What of a part is wanted, and where.

    Attributes:
        subjects: devices and accounts; None for all.
        schema: raw, or a schema beside it.
        rebuild: whether everything downstream is to be made anew from the rows.
        run_id: what the books say made the load.
    """

    subjects: frozenset[str] | None
    schema: str
    rebuild: bool
    run_id: str | None


@dataclass(frozen=True)
class RestoredPart:
    """What became of the rows of a part."""

    rows: int
    added: int
    left_out: int
    load_id: int | None

    def __str__(self) -> str:
        known = self.rows - self.added
        there = f", {known:,} were there already" if known else ""
        left_out = f", {self.left_out:,} left out" if self.left_out else ""
        return f"{self.added:,} rows restored{there}{left_out}"


class PartLoad:
    """The loading of one part over one session."""

    def __init__(self, session: Session, manifest: Manifest, path: Path, wish: Wish) -> None:
        self.session, self.manifest, self.path, self.wish = session, manifest, path, wish
        self.table = RawTable(manifest.table, manifest.time_column, manifest.key, manifest.columns)
        self._subjects: frozenset[str] = frozenset()

    def run(self) -> RestoredPart:
        """Load it.

        Raises:
            IntegrityError: what is in the table then is not what the manifest says; rolled back.
        """
        self._prepare()
        before = self._count()
        try:
            kept = None if self.table.as_text else self._copy_straight()
        except dbapi.Error as error:
            if error.sqlstate != UNIQUE_VIOLATION:
                raise
            kept = None
        if kept is None:
            self.session.rollback()
            self._prepare()
            kept = self._merge()
        else:
            self._verify(before, kept)
        added = sum(self._rows_of(self._count())) - sum(self._rows_of(before))
        restored = self._record(kept.total(), added)
        self.session.commit()
        return restored

    def _wanted(self) -> frozenset[str]:
        """Whose rows are loaded: none of people who were deleted for good."""
        held = frozenset(self.manifest.subjects)
        wanted = held if self.wish.subjects is None else self.wish.subjects & held
        withholding = Withholding.read(self.session.fetch)
        if withholding is None:
            return wanted
        column, written_at = self.table.subject, self.manifest.written_at
        return wanted - withholding.among(wanted, column, written_at)

    def _prepare(self) -> None:
        # A deletion waits for what has asked already who was deleted.
        lock = "hashtextextended('vitals restore', 0)"
        self.session.execute(f"select pg_advisory_xact_lock_shared({lock})")
        self._subjects = self._wanted()
        self.session.execute("set local work_mem = '64MB'")
        if self.wish.schema != "raw":
            for statement in self._text("restore_side").split(";"):
                if statement.strip():
                    self.session.execute(statement)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        """The wanted rows."""
        file = pq.ParquetFile(self.path, pre_buffer=False)
        every = len(self._subjects) == len(self.manifest.subjects)
        wanted = None if every else pa.array(sorted(self._subjects))
        for batch in file.iter_batches(_BATCH_ROWS):
            if wanted is not None:
                batch = batch.filter(pc.is_in(batch.column(self.table.subject), wanted))
            if batch.num_rows:
                yield batch

    def _copy_straight(self) -> Counter[str]:
        return self._ingest(self.table.name, db_schema_name=self.wish.schema, mode="append")

    def _ingest(self, name: str, **how: Any) -> Counter[str]:
        """COPY the wanted rows; returns how many of whom."""
        kept: Counter[str] = Counter()

        def counted() -> Iterator[pa.RecordBatch]:
            for batch in self._batches():
                parquet.count(batch.column(self.table.subject), kept)
                yield batch

        schema = pq.read_schema(self.path).remove_metadata()
        self.session.ingest(name, pa.RecordBatchReader.from_batches(schema, counted()), **how)
        return kept

    def _merge(self) -> Counter[str]:
        kept = self._ingest("staged", mode="create", temporary=True)
        self.session.execute("analyze staged")
        self.session.execute(self._text("restore_replace"))
        self.session.execute(self._text("restore_add"))
        [missing] = self._rows("restore_missing")
        self.session.execute("drop table staged")
        if missing["row_count"]:
            raise IntegrityError(
                f"{self.manifest.name}: {missing['row_count']} rows did not arrive"
            )
        return kept

    def _verify(self, before: dict[str, SubjectRows], kept: Counter[str]) -> None:
        """What was copied must be what was archived: how many rows of whom, and the same values."""
        same_server = self._server_version() == self.manifest.server_version
        after, nothing = self._count(), SubjectRows(0, 0)
        for subject, rows in kept.items():
            now, held = after.get(subject, nothing), before.get(subject, nothing)
            arrived, wanted = now.rows - held.rows, self.manifest.subjects[subject]
            if arrived != rows:
                raise IntegrityError(f"{self.manifest.name}: {arrived} rows of {subject} arrived")
            is_whole = same_server and rows == wanted.rows
            if is_whole and now.digest ^ held.digest != wanted.digest:
                raise IntegrityError(f"{self.manifest.name}: rows of {subject} have changed")

    def _record(self, rows: int, added: int) -> RestoredPart:
        left_out = self.manifest.rows - rows
        load_id = self._note_load(rows, added) if self.wish.schema == "raw" else None
        self._run(
            "restore_record",
            load_id=load_id or "null",
            rows=rows,
            added=added,
            left_out=left_out,
            is_rebuilt=str(self.wish.rebuild).lower(),
        )
        return RestoredPart(rows, added, left_out, load_id)

    def _note_load(self, rows: int, added: int) -> int:
        """A load in the books, whose touched days make everything downstream follow."""
        self._run("restore_begin", last_load_id=self.manifest.last_load_id)
        self._run("restore_load")
        with self.session.connection.cursor() as cursor:
            cursor.execute("select currval('raw.loads_load_id_seq') as load_id")
            [[load_id]] = cursor.fetchall()
        self._register()
        if self.wish.rebuild:
            self._run("restore_touch", load_id=load_id)
            self._run("back_in_raw")
        self._run("restore_finish", load_id=load_id, rows=rows, added=added)
        return load_id

    def _register(self) -> None:
        held = [
            {"subject_id": subject, "row_count": rows.rows, "digest": rows.digest}
            for subject, rows in self.manifest.subjects.items()
        ]
        self._run(
            "register_part",
            range_start=self.manifest.range_start.isoformat(),
            range_end=self.manifest.range_end.isoformat(),
            part_number=self.manifest.part_number,
            object_key=self.manifest.object_key,
            part_rows=self.manifest.rows,
            size_bytes=self.manifest.size_bytes,
            sha256=self.manifest.sha256,
            written_at=self.manifest.written_at.isoformat(),
        )
        fragments = {"manifest_key": self.manifest.key_in_bucket}
        self.session.run("register_subjects", json.dumps(held), **fragments)

    def _count(self) -> dict[str, SubjectRows]:
        return {
            row["subject_id"]: SubjectRows(row["row_count"], row["digest"])
            for row in self._rows("restore_count")
        }

    @staticmethod
    def _rows_of(counted: dict[str, SubjectRows]) -> Iterator[int]:
        return (held.rows for held in counted.values())

    def _server_version(self) -> int:
        [found] = self.session.rows("warehouse_version")
        return found["server_version"]

    def _spec(self) -> TableSpec:
        """How a row of the table is written, and which of two with one key stands."""
        name = self.table.name
        known = TABLES.get(name) or (EXPORT_TABLES[name].spec if name in EXPORT_TABLES else None)
        return TableSpec(
            name=name,
            key=self.table.key,
            columns=tuple(column.name for column in self.table.columns),
            time=self.table.time_column,
            rank=known.rank if known else _NEWER,
        )

    def _fragments(self) -> dict[str, object]:
        types = {column.name: column.type for column in self.table.columns}
        spec = self._spec()
        others = [name for name in spec.columns if name not in spec.key]
        values = {
            name: f"incoming.{name}" + (f"::{types[name]}" if name in self.table.as_text else "")
            for name in spec.columns
        }
        return {
            **spec.fragments(),
            **self.table.fragments(),
            "values": ", ".join(values.values()),
            "assignments": ", ".join(f"{name} = {values[name]}" for name in others),
            "schema": self.wish.schema,
            "resource": self.table.resource,
            "end_time": "end_ts" if types.get("end_ts") else self.table.time_column,
            "first": self.manifest.min_time.isoformat(),
            "last": self.manifest.max_time.isoformat(),
            "manifest_key": self.manifest.key_in_bucket,
            "subjects": _quoted(json.dumps(sorted(self._subjects))),
            "run_id": _quoted(self.wish.run_id or ""),
        }

    def _text(self, name: str, **fragments: object) -> str:
        return archive_sql(name).format(**self._fragments(), **fragments)

    def _run(self, name: str, **fragments: object) -> None:
        self.session.execute(self._text(name, **fragments))

    def _rows(self, name: str) -> list[dict[str, Any]]:
        return self.session.rows(name, **self._fragments())


def _quoted(text: str) -> str:
    """Text as it stands between the quotes of SQL."""
    if "\x00" in text:
        raise ArchiveError("a name holds a NUL byte")
    return text.replace("'", "''")
