"""Documents of `users` -> one row for each user: who they are, their devices, their time zones."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from vitals.sources.iot import schema
from vitals.sources.iot.documents import RawDocument
from vitals.sources.iot.reader import Reader
from vitals.sources.iot.samples import TIMESTAMP
from vitals.sources.iot.schema import User
from vitals.sources.rejected import Rejected, count_rows, to_json

USERS = pa.schema(
    [
        pa.field("user_id", pa.string(), nullable=False),
        pa.field("age", pa.int32()),
        pa.field("dob", pa.date32()),
        pa.field("gender", pa.string()),
        pa.field("height_cm", pa.float64()),
        pa.field("email", pa.string()),
        pa.field("devices", pa.string(), nullable=False),
        pa.field("time_zone", pa.string()),
        pa.field("country", pa.string()),
        pa.field("created_at", TIMESTAMP),
        pa.field("extra", pa.string()),
    ]
)

# A user takes about as much memory as this many samples.
_ROW_WEIGHT = 50


class UserReader(Reader):
    """Collects the users of a slice."""

    def __init__(self, now_micros: int) -> None:
        super().__init__()
        self.now_micros = now_micros
        self._rows: dict[str, dict[str, Any]] = {}

    def _rows_weight(self) -> int:
        return _ROW_WEIGHT * len(self._rows)

    def add(self, documents: Sequence[RawDocument]) -> None:
        """Validate each document; of several for one user the latest created stands."""
        for document in documents:
            self.rows_read += 1
            values = {name: document.value(name) for name in document.fields if name != "_id"}
            user, problems = schema.validate(User, values)
            self.rejected += refusals(document.document_id(), values, user is not None, problems)
            if user:
                self.unknown_fields |= (user.extra or {}).keys()
                self._keep(_row(user))

    def _keep(self, row: dict[str, Any]) -> None:
        stored = self._rows.get(row["user_id"])
        if stored is None or _rank(row) > _rank(stored):
            self._rows[row["user_id"]] = row

    def table(self) -> tuple[pa.Table, int]:
        """See `Reader`."""
        whole_refusals = count_rows(self.rejected)
        rows = [self._rows[user_id] for user_id in sorted(self._rows)]
        superseded = self.rows_read - whole_refusals - len(rows)
        return pa.Table.from_pylist(rows, schema=USERS), superseded


def refusals(
    record_id: str, values: dict[str, Any], row_kept: bool, problems: list[schema.FieldProblem]
) -> list[Rejected]:
    """Rejected records for the problems of one document: one for each field, or one for the row."""
    if not problems:
        return []
    payload = to_json(values)
    if row_kept:
        return [Rejected(record_id, item.field, item.reason, payload, True) for item in problems]
    reasons = "; ".join(item.reason for item in problems)
    return [Rejected(record_id, problems[0].field, reasons, payload)]


def _row(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "age": user.age,
        "dob": user.dob,
        "gender": user.gender,
        "height_cm": user.height,
        "email": user.email,
        "devices": to_json(list(dict.fromkeys(user.devices or []))),
        "time_zone": _time_zone(user),
        "country": user.country,
        "created_at": user.created_at,
        "extra": to_json(user.extra) if user.extra else None,
    }


def _time_zone(user: User) -> str | None:
    """The zone's name, or its history in order of time, as JSON."""
    if not user.time_zone:
        return None
    if isinstance(user.time_zone, str):
        return to_json(user.time_zone)
    history = sorted(user.time_zone, key=lambda entry: (entry.valid_from, entry.time_zone))
    return to_json(
        [{"valid_from": entry.valid_from, "time_zone": entry.time_zone} for entry in history]
    )


def _rank(row: dict[str, Any]) -> tuple[float, str]:
    created = row["created_at"].timestamp() if row["created_at"] else float("-inf")
    return created, to_json(row)
