"""Tombstones are set, and a copy of them is kept in S3: they have to outlive the database."""

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from vitals.accounts.statements import statement
from vitals.accounts.tombstones import DEVICE, PARTICIPANT, Tombstones, subject_hash
from vitals.deletion.identity import Identity
from vitals.lake.store import Lake

# Beside what they guard; a rule for the lake or the archive must not delete them.
OBJECT = "tombstones/tombstones.json"

_COLUMNS = ("subject_hash", "kind", "key", "deleted_at")


def set_up(connection: psycopg.Connection, identity: Identity) -> tuple[str, datetime]:
    """Let nothing of a participant in from now on.

    Args:
        connection: as the owner of the tables, in autocommit.
        identity: who.

    Returns:
        A number for the deletion that says nothing about them, and when they were deleted first.
    """
    known = Tombstones.of(connection)
    key = min(known.keys, default=None) or secrets.token_bytes(32)
    when = known.participant(identity.participant_id) or datetime.now(UTC)
    stones = [(PARTICIPANT, identity.participant_id), *((DEVICE, one) for one in identity.devices)]
    with connection.transaction():
        for kind, subject in stones:
            found = known.participant(subject) if kind == PARTICIPANT else known.device(subject)
            if not found:
                hashed = subject_hash(key, kind, subject)
                values = dict(zip(_COLUMNS, (hashed, kind, key, when), strict=True))
                connection.execute(statement("add_tombstone"), values)
    return subject_hash(key, PARTICIPANT, identity.participant_id).hex()[:16], when


def save_copy(connection: psycopg.Connection, lake: Lake) -> None:
    """Write all tombstones to S3, together with those that are there already.

    Raises:
        LakeError: it cannot be written.
    """
    fetch_copy(connection, lake)
    query = f"select {', '.join(_COLUMNS)} from accounts.tombstones order by 4, 1"
    rows = connection.execute(query).fetchall()
    lake.write_note(OBJECT, json.dumps([_to_json(row) for row in rows], indent=1).encode())


def fetch_copy(connection: psycopg.Connection, lake: Lake) -> int:
    """Take over the tombstones of a warehouse that was lost; returns how many are new.

    Raises:
        LakeError: they cannot be read.
    """
    content = lake.read_note(OBJECT)
    if content is None:
        return 0
    taken = 0
    with connection.transaction():
        for item in json.loads(content):
            taken += connection.execute(statement("add_tombstone"), _from_json(item)).rowcount
    return taken


def _to_json(row: Sequence[Any]) -> dict[str, str]:
    subject, kind, key, when = row
    return {
        "subject_hash": base64.b64encode(subject).decode(),
        "kind": kind,
        "key": base64.b64encode(key).decode(),
        "deleted_at": when.isoformat(),
    }


def _from_json(item: dict[str, str]) -> dict[str, Any]:
    return {
        **item,
        "subject_hash": base64.b64decode(item["subject_hash"]),
        "key": base64.b64decode(item["key"]),
    }
