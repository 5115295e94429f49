"""What a data set holds -> datapackage.json, a Data Package as frictionlessdata.io describes it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vitals.datasets.columns import Column
from vitals.datasets.selection import Selection

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_FORMS: dict[str, dict[str, str]] = {
    ".parquet": {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
    ".gz": {
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "compression": "gz",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """A file of a data set.

    Attributes:
        name: of the table.
        path: in the folder.
        description: of the table.
        columns: its columns.
        key: columns that tell rows apart.
        rows: how many.
        size_bytes: size of the file.
        sha256: SHA-256 of the file in hexadecimal.
    """

    name: str
    path: str
    description: str
    columns: Sequence[Column]
    key: Sequence[str]
    rows: int
    size_bytes: int
    sha256: str

    def describe(self) -> dict[str, Any]:
        """The resource of the descriptor."""
        schema: dict[str, Any] = {"fields": [column.as_field() for column in self.columns]}
        if self.key:
            schema["primaryKey"] = list(self.key)
        return {
            "name": self.name,
            "type": "table",
            "path": self.path,
            **_FORMS[self.path[self.path.rindex(".") :]],
            "description": self.description,
            "rows": self.rows,
            "bytes": self.size_bytes,
            "hash": f"sha256:{self.sha256}",
            "schema": schema | {"missingValues": [""]},
        }


@dataclass(frozen=True)
class Origin:
    """Of what a data set was made.

    Attributes:
        code_version: version of this program.
        schema_version: newest migration of the warehouse.
        newest_load: {load_id, finished_at} of the newest load there was.
        taken_in: by table, when it last took in a load.
        loads_waiting: loads that some table had yet to take in.
    """

    code_version: str
    schema_version: int
    newest_load: dict[str, Any]
    taken_in: dict[str, str | None]
    loads_waiting: int


@dataclass(frozen=True)
class Description:
    """Everything that there is to say about a data set."""

    name: str
    selection: Selection
    participants: int
    has_pseudonyms: bool
    origin: Origin
    resources: Sequence[Resource]
    data_sha256: str
    made_at: datetime

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(resource.rows for resource in self.resources)

    @property
    def people(self) -> str:
        """How many participants, in words."""
        return f"{self.participants:,} participant{'s' if self.participants != 1 else ''}"

    def to_json(self) -> str:
        """The descriptor."""
        wanted = self.selection
        found = {
            "$schema": _PROFILE,
            "name": self.name,
            "title": f"Wearable health data: {self.name}",
            "description": "A frozen data set of Vitals Warehouse; README.md says how to read it.",
            "created": self.made_at.astimezone(UTC).isoformat(timespec="seconds"),
            "data_sha256": self.data_sha256,
            "selection": {
                "study": wanted.study,
                "first_date": _text(wanted.first_date),
                "last_date": _text(wanted.last_date),
                "chosen_by_name": bool(wanted.participants),
                "participants": self.participants,
                "pseudonyms": self.has_pseudonyms,
            },
            "origin": {
                "code_version": self.origin.code_version,
                "schema_version": self.origin.schema_version,
                "newest_load": self.origin.newest_load,
                "tables_taken_in_at": self.origin.taken_in,
                "loads_not_taken_in": self.origin.loads_waiting,
            },
            "resources": [resource.describe() for resource in self.resources],
        }
        return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None
