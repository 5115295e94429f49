"""access: the Authorization header -> who asks, and what they may see."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from vitals.api.database import Database
from vitals.api.problems import Problem
from vitals.api.statements import statement
from vitals.api.tokens import digest

# How long a token that was checked is trusted: a revoked one works no longer than that.
TRUSTED_SECONDS = 5.0

_bearer = HTTPBearer(
    auto_error=False,
    description="A token made with `make token`; it is shown once, when it is made.",
)


@dataclass(frozen=True)
class Principal:
    """Who asks. `participants` are those whose data may be seen; None: everybody's."""

    token_id: int
    name: str
    scope: str
    study: str | None
    participants: frozenset[str] | None
    expires_at: datetime

    def sees(self, participant_id: str) -> bool:
        """Whether data of this participant may be seen."""
        return self.participants is None or participant_id in self.participants

    @property
    def visible(self) -> list[str] | None:
        """The participants as a parameter of a statement."""
        return None if self.participants is None else sorted(self.participants)


class Gate:
    """Looks tokens up in the warehouse and trusts what it found for some seconds."""

    def __init__(self, database: Database) -> None:
        """Knows no token yet."""
        self._database = database
        self._known: dict[bytes, tuple[Principal, float]] = {}

    async def principal(self, text: str) -> Principal | None:
        """Who a token belongs to; None if it is unknown, expired or revoked."""
        key = digest(text)
        known = self._known.get(key)
        if known and known[1] > time.monotonic():
            return known[0]
        rows = await self._database.rows(statement("token"), {"token_hash": key})
        if not rows:
            self._known.pop(key, None)
            return None
        row = rows[0]
        people = None if row["participants"] is None else frozenset(row["participants"])
        found = Principal(
            row["token_id"],
            row["token_name"],
            row["scope"],
            row["study"],
            people,
            row["expires_at"],
        )
        self._known[key] = (found, time.monotonic() + TRUSTED_SECONDS)
        return found


async def authenticated(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """The principal of a request.

    Raises:
        Problem: 401 without a token that counts, 429 if it was used too often.
    """
    challenge = {"WWW-Authenticate": "Bearer"}
    if credentials is None:
        raise Problem(401, "send a token: Authorization: Bearer vitals_...", challenge)
    principal = await request.app.state.gate.principal(credentials.credentials)
    if principal is None:
        challenge["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        raise Problem(401, "this token is unknown, expired or revoked", challenge)
    request.state.principal = principal  # what the book of accesses names if the request fails
    request.app.state.limits.take(principal.token_id)
    return principal


Reader = Annotated[Principal, Depends(authenticated)]


async def visible_participant(
    request: Request,
    reader: Reader,
    participant_id: Annotated[
        str,
        Path(
            description="Participant, as `/v1/participants` names them.",
            min_length=1,
            max_length=200,
            examples=["p0001"],
        ),
    ],
) -> str:
    """The participant in the path, if the token may see them.

    Raises:
        Problem: 404; the same for who does not exist as for who may not be seen.
    """
    if not reader.sees(participant_id) or not await request.app.state.people.has(participant_id):
        raise Problem(404, "there is no such participant among those that this token may see")
    return participant_id


Participant = Annotated[str, Depends(visible_participant)]


async def operator(reader: Reader) -> Principal:
    """A principal who may see how the warehouse is doing.

    Raises:
        Problem: 403, the token has another scope than read-all.
    """
    if reader.scope != "read-all":
        raise Problem(403, "this needs a token with the scope read-all")
    return reader


Operator = Annotated[Principal, Depends(operator)]


class People:
    """The ids of all participants, read again when one is asked for that was not there."""

    def __init__(self, database: Database) -> None:
        """Knows nobody yet."""
        self._database = database
        self._ids: frozenset[str] = frozenset()
        self._read_at = float("-inf")

    async def has(self, participant_id: str) -> bool:
        """Whether there is such a participant."""
        if participant_id not in self._ids and time.monotonic() > self._read_at + 1:
            rows = await self._database.rows(statement("participant_ids"))
            self._ids = frozenset(row["participant_id"] for row in rows)
            self._read_at = time.monotonic()
        return participant_id in self._ids
