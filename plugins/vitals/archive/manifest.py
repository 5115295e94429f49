"""What an archived object holds: a JSON document beside it, written last, never moved to Glacier.

`archive/<table>/year=YYYY/month=MM/<name>.parquet` holds the rows,
`archive-manifests/<table>/year=YYYY/month=MM/<name>.json` says what they are. An object without a
manifest is the rest of an upload that was cut off, and does not count.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

FORMAT = 1
DATA_PREFIX = "archive/"
MANIFEST_PREFIX = "archive-manifests/"

# What a restore puts into its statements as it stands.
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_TYPE = re.compile(r"[a-z][a-z0-9 ]*(\(\d+(,\d+)?\))?[a-z ]*(\[\])*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SubjectRows:
    """What a part holds of one device or account.

    Attributes:
        rows: how many.
        digest: XOR of PostgreSQL's 64-bit hash of each row without load_id.
    """

    rows: int
    digest: int


@dataclass(frozen=True)
class Column:
    """A column of the table: its name and SQL type."""

    name: str
    type: str


@dataclass(frozen=True)
class Manifest:
    """One archived part of one table.

    Attributes:
        table: table in schema raw.
        range_start: first instant of the chunk.
        range_end: its end (exclusive).
        part_number: 1 for the chunk, further ones for what came late.
        subject_column: column with the device or account.
        time_column: column that partitions the table.
        key: columns of the natural key.
        columns: all columns, in order.
        subjects: what it holds of whom, by device_id or account_id.
        min_time: smallest time in it.
        max_time: largest time in it.
        size_bytes: size of the object.
        sha256: SHA-256 of the object in hexadecimal.
        part_bytes: size of the pieces in which it was uploaded.
        checksum: what S3 itself computed of them: composite SHA-256, or that of the whole.
        storage_class: class in which it was uploaded.
        encryption: how it is encrypted.
        schema_version: newest migration of the warehouse that wrote it.
        vocabulary_sha256: SHA-256 of the vocabulary (include/dbt/seeds/dim_metric.csv).
        code_version: version of the program, and its commit where known.
        server_version: PostgreSQL's major version, which the digests belong to.
        last_load_id: largest load_id of its rows.
        written_at: when it was uploaded.
        supersedes: manifests of parts whose rows this one holds all.
    """

    table: str
    range_start: datetime
    range_end: datetime
    part_number: int
    subject_column: str
    time_column: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    subjects: Mapping[str, SubjectRows] = field(repr=False)
    min_time: datetime
    max_time: datetime
    size_bytes: int
    sha256: str
    part_bytes: int
    checksum: str
    storage_class: str
    encryption: str
    schema_version: int
    vocabulary_sha256: str
    code_version: str
    server_version: int
    last_load_id: int
    written_at: datetime
    supersedes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows the part holds."""
        return sum(subject.rows for subject in self.subjects.values())

    @property
    def name(self) -> str:
        """What the keys of object and manifest end in, without a suffix."""
        return part_name(self.table, self.range_start, self.range_end, self.part_number)

    @property
    def object_key(self) -> str:
        """Key of the Parquet file."""
        return f"{DATA_PREFIX}{self.name}.parquet"

    @property
    def key_in_bucket(self) -> str:
        """Key of the manifest itself."""
        return f"{MANIFEST_PREFIX}{self.name}.json"

    def overlaps(self, start: datetime | None, end: datetime | None) -> bool:
        """Whether it holds rows of [start, end); None stands for no bound."""
        return (end is None or self.min_time < end) and (start is None or self.max_time >= start)

    def to_json(self) -> bytes:
        """The document."""
        found = {"format": FORMAT, "object_key": self.object_key, "rows": self.rows, **asdict(self)}
        found["subjects"] = {
            subject: {"rows": held.rows, "digest": f"{held.digest & 2**64 - 1:016x}"}
            for subject, held in sorted(self.subjects.items())
        }
        return json.dumps(found, indent=1, default=_plain).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """The manifest that a document describes.

        Raises:
            ValueError: the document is none, or of a later version of this program, or holds what
                no manifest can: whoever may write to the bucket must not get SQL into a restore.
        """
        found = json.loads(text)
        if found.get("format") != FORMAT:
            raise ValueError(f"a manifest of format {found.get('format')}: this program reads 1")
        for name in ("format", "object_key", "rows"):
            found.pop(name)
        for name in ("range_start", "range_end", "min_time", "max_time", "written_at"):
            found[name] = datetime.fromisoformat(found[name])
        found["key"], found["supersedes"] = tuple(found["key"]), tuple(found["supersedes"])
        found["columns"] = tuple(Column(**column) for column in found["columns"])
        found["subjects"] = {
            subject: SubjectRows(held["rows"], _signed(int(held["digest"], 16)))
            for subject, held in found["subjects"].items()
        }
        manifest = cls(**found)
        if not manifest._is_plain():
            raise ValueError("a name, type or number in it is none")
        return manifest

    def _is_plain(self) -> bool:
        columns = [column.name for column in self.columns]
        names = (self.table, self.subject_column, self.time_column, *self.key, *columns)
        rows = (held.rows for held in self.subjects.values())
        numbers = (self.part_number, self.size_bytes, self.last_load_id, *rows)
        return (
            all(map(_NAME.fullmatch, names))
            and all(_TYPE.fullmatch(column.type) for column in self.columns)
            and all(type(number) is int for number in numbers)
            and bool(_SHA256.fullmatch(self.sha256))
        )


def part_name(table: str, start: datetime, end: datetime, part_number: int) -> str:
    """`<table>/year=2025/month=06/<table>-20250605-20250612-part-0001`."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    stem = f"{table}-{_stamp(start)}-{_stamp(end)}-part-{part_number:04d}"
    return f"{table}/year={start:%Y}/month={start:%m}/{stem}"


def _stamp(instant: datetime) -> str:
    """A day, with the time only where a chunk does not begin at midnight."""
    midnight = instant.time() == instant.min.time()
    return instant.strftime("%Y%m%d" if midnight else "%Y%m%dT%H%M%S")


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value)} does not belong into a manifest")
