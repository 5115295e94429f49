"""etags: what the tables were made from -> ETag, so that what did not change is not sent again.

The transformation keeps which loads each table has taken in (stage.load_progress). As long as that
is the same, so is every answer from it, and a request with the ETag of the last one needs no query.
Another release may say the same otherwise, so the code is part of it.
"""

import hashlib
import time
from functools import cache
from pathlib import Path

import psycopg
from fastapi import Request, Response

from vitals.api.access import Principal
from vitals.api.database import Database
from vitals.api.statements import FOLDER, statement

FRESH_SECONDS = 1.0


class Versions:
    """The state of the transformation, read at most once a second."""

    def __init__(self, database: Database) -> None:
        """Nothing is read yet."""
        self._database = database
        self._text: str | None = None
        self._read_at = float("-inf")

    async def current(self) -> str | None:
        """A text that changes when any table may have changed.

        It may be a second old, never ahead of the tables: at worst an answer is sent again that did
        not change. None while the first request still asks.
        """
        if time.monotonic() > self._read_at + FRESH_SECONDS:
            before, self._read_at = self._read_at, time.monotonic()  # one request asks for all
            try:
                rows = await self._database.rows(statement("version"))
            except BaseException:
                self._read_at = before
                raise
            self._text = str(rows[0]["version"])
        return self._text


async def of_request(request: Request, reader: Principal, media_type: str) -> str | None:
    """The ETag of the answer to a request; None if there is no transformation to ask."""
    try:
        version = await request.app.state.versions.current()
    except psycopg.errors.UndefinedTable:
        return None
    if version is None:
        return None
    people = "" if reader.visible is None else "\n".join(reader.visible)
    said = "\0".join((_release(), version, str(request.url), media_type, people, reader.scope))
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


@cache
def _release() -> str:
    """Changes with the code and the statements that make answers."""
    files = sorted([*Path(__file__).parent.rglob("*.py"), *FOLDER.glob("*.sql")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def not_modified(request: Request, etag: str | None) -> Response | None:
    """The 304 for a client that already has this."""
    sent = request.headers.get("if-none-match")
    if not sent or not etag:
        return None
    known = {one.strip().removeprefix("W/") for one in sent.split(",")}
    return Response(status_code=304, headers=headers(etag)) if known & {etag, "*"} else None


def headers(etag: str | None) -> dict[str, str]:
    """What tells caches that an answer is personal, and to ask each time."""
    found = {
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Authorization",
        "X-Content-Type-Options": "nosniff",
    }
    return {**found, "ETag": etag} if etag else found
