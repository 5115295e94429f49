"""answers: a query -> a page of JSON, or all rows as CSV, Arrow or Parquet.

The same rows in each form, one entry in the book of accesses for each answer.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import orjson
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from vitals.api import cursors, etags, media
from vitals.api.access import Principal
from vitals.api.audit import Access, Book
from vitals.api.columnar import Stream
from vitals.api.database import Row
from vitals.api.statements import with_literals

DEFAULT_LIMIT, MOST_ROWS = 5000, 50_000

# How PostgreSQL ends an instant in JSON; all forms write it as Z.
_UTC = re.compile(rb'\+00:00(?=")(?<=[\d:.]{8}\+00:00)')


@dataclass(frozen=True)
class Table:
    """What a route answers with.

    Attributes:
        query: a statement; if it is paged, with the parameter `limit`.
        parameters: its parameters, without `limit`.
        about: what JSON says beside the rows, and the other forms in their metadata.
        position: from the rows of a page, the last one first, to what the next cursor holds; None:
            not paged.
        versioned: whether it changes only when the transformation runs, so that it has an ETag.
        document: from the rows to what JSON says; None: `about`, with the rows as `data`.
    """

    query: bytes
    parameters: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    position: Callable[[Iterator[Row]], cursors.Position] | None = None
    versioned: bool = True
    document: Callable[[list[Row]], dict[str, Any]] | None = None


async def answer(request: Request, reader: Principal, table: Table, limit: int | None) -> Response:
    """The table in the form that the request asks for.

    Args:
        request: gives form, participant and what the client already has.
        reader: who asks.
        table: what to read.
        limit: rows of a page; None: the default in JSON, all rows in the other forms.

    Raises:
        Problem: 406, 503, 504.
    """
    form = media.chosen(request.headers.get("accept"))
    etag = await etags.of_request(request, reader, form) if table.versioned else None
    if unchanged := etags.not_modified(request, etag):
        await _record(request, reader, form, 304, 0)
        return unchanged
    if form == media.JSON:
        return await _page(request, reader, table, limit or DEFAULT_LIMIT, etag)
    return await _stream(request, reader, table, form, limit, etag)


async def _page(
    request: Request, reader: Principal, table: Table, limit: int, etag: str | None
) -> Response:
    is_paged = table.position is not None
    parameters = {**table.parameters, "limit": limit + 1 if is_paged else None}
    rows = await request.app.state.database.json_rows(table.query, parameters)
    cursor = None
    if table.position and len(rows) > limit:
        del rows[limit:]
        cursor = cursors.encode(table.position(map(orjson.loads, reversed(rows))))
    if table.document:
        document = table.document([orjson.loads(row) for row in rows])
    else:
        # The rows are JSON already: they are put in as they are.
        document = {**table.about, "data": orjson.Fragment(f"[{','.join(rows)}]")}
    if is_paged:
        document["next_cursor"] = cursor
    await _record(request, reader, media.JSON, 200, len(rows))
    body = _UTC.sub(b"Z", orjson.dumps(document))
    return Response(body, headers=etags.headers(etag), media_type=media.JSON)


async def _stream(
    request: Request,
    reader: Principal,
    table: Table,
    form: str,
    limit: int | None,
    etag: str | None,
) -> Response:
    about = {key: _text(value) for key, value in table.about.items() if value is not None}
    query = with_literals(table.query, {**table.parameters, "limit": limit})
    stream = await run_in_threadpool(request.app.state.streams.open, query, form, about)
    try:
        number = await _record(request, reader, form, 200, None)
    except BaseException:
        stream.close()
        raise
    headers = etags.headers(etag)
    headers.update({_header(key): _sendable(value) for key, value in about.items()})
    return _TableResponse(request.app.state.book, stream, number, headers, form)


def _text(value: Any) -> str:
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _header(name: str) -> str:
    """`participant_id` -> `Vitals-Participant-Id`."""
    return f"Vitals-{name.title().replace('_', '-')}"


def _sendable(text: str) -> str:
    """Text that a header can hold: what is not plain ASCII is written as in an address."""
    return text if text.isascii() and text.isprintable() else quote(text)


class _TableResponse(StreamingResponse):
    """The bytes of a stream; how it ended is written down, also if the client has gone."""

    def __init__(
        self, book: Book, stream: Stream, number: int, headers: dict[str, str], form: str
    ) -> None:
        super().__init__(iter(stream), headers=headers, media_type=form)
        self._book, self._stream, self._number = book, stream, number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Not awaited here: the task of a client that has gone is cancelled.
            self._book.keep(asyncio.create_task(self._end()))

    async def _end(self) -> None:
        await run_in_threadpool(self._stream.close)
        await self._book.end(self._number, self._stream.rows)


async def _record(
    request: Request, reader: Principal, form: str | None, status: int, rows: int | None
) -> int:
    return await request.app.state.book.record(access_of(request, reader, form, status, rows))


def access_of(
    request: Request, reader: Principal, form: str | None, status: int, rows: int | None
) -> Access:
    """The entry of a request in the book of accesses."""
    route = request.scope.get("route")
    return Access(
        token_id=reader.token_id,
        route=getattr(route, "path", request.url.path),
        participant_id=_storable(request.path_params.get("participant_id")),
        query=_storable(_readable(request.url.query)) or "",
        media_type=form,
        status=status,
        row_count=rows,
    )


def _readable(query: str) -> str:
    """A query string decoded; a cursor may name somebody in a form that nobody finds again."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(f"{name}={'...' if name == 'cursor' else value}" for name, value in pairs)


def _storable(text: str | None) -> str | None:
    """Text without what PostgreSQL cannot hold, and not without end."""
    if text is None:
        return None
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()[:2000]
