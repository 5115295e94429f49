"""tokens: bearer tokens made, listed and revoked by the owner of the warehouse.

A token is 256 random bits in base64url behind `vitals_`, so that programs that look for secrets in
files can recognise it. The warehouse keeps its SHA-256 alone: a slow hash protects what people
choose, and nobody can guess 256 bits.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from vitals.api import studies
from vitals.api.statements import statement
from vitals.warehouse import only_value

PREFIX = "vitals_"
SCOPES = ("participant", "study", "read-all")


class TokenError(ValueError):
    """What was asked for is not possible; the message says why."""


@dataclass(frozen=True)
class NewToken:
    """A token that was just made: the only time that its text is known."""

    token_id: int
    text: str
    expires_at: datetime


def digest(text: str) -> bytes:
    """What the warehouse knows a token by."""
    return hashlib.sha256(text.encode()).digest()


def create(
    connection: psycopg.Connection,
    name: str,
    *,
    participant_id: str | None = None,
    study: str | None = None,
    lifetime: timedelta = timedelta(days=90),
) -> NewToken:
    """Make a token: for one participant, for one study, or for everything if neither is given.

    Raises:
        TokenError: both are given, or one that is empty; the study has no members.
    """
    if participant_id is not None and study is not None:
        raise TokenError("a token is for a participant or for a study, not for both")
    if any(one is not None and not one.strip() for one in (participant_id, study)):
        raise TokenError("the participant or study is empty: for everybody leave it out")
    if study is not None and not studies.members(connection, study):
        raise TokenError(f"study {study} has no members: add them with `vitals study add`")
    text = PREFIX + secrets.token_urlsafe(32)
    expires_at = datetime.now(UTC) + lifetime
    row = {
        "token_name": name,
        "token_hash": digest(text),
        "scope": "participant" if participant_id else "study" if study else "read-all",
        "participant_id": participant_id,
        "study": study,
        "expires_at": expires_at,
    }
    token_id = only_value(connection.execute(statement("create_token"), row))
    return NewToken(token_id, text, expires_at)


def listed(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """All tokens with their state and last use, newest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("list_tokens")).fetchall()


def revoke(connection: psycopg.Connection, token_id: int) -> bool:
    """Withdraw a token; False if there is none that could be used."""
    return connection.execute(statement("revoke_token"), {"token_id": token_id}).rowcount > 0


def lasts(connection: psycopg.Connection, text: str, at_least: timedelta) -> bool:
    """Whether a token is accepted now and for so long from now on."""
    found = connection.execute(statement("token"), {"token_hash": digest(text)})
    expires_at = next((row[4] for row in found.fetchall()), None)
    return expires_at is not None and expires_at >= datetime.now(UTC) + at_least
