"""app: configuration -> the application, as uvicorn runs it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi

from vitals.api import documentation, problems, responses
from vitals.api.access import Gate, People
from vitals.api.answers import access_of
from vitals.api.audit import Book
from vitals.api.columnar import Streams
from vitals.api.config import ApiConfig
from vitals.api.database import Database, read_only
from vitals.api.etags import Versions
from vitals.api.limits import Limits
from vitals.api.routes import (
    health,
    ledger,
    metrics,
    nights,
    operations,
    participants,
    service,
)

DESCRIPTION = """
Health data of the warehouse: participants, series of any metric at any resolution, sleeps,
activities, days, weeks and months, and how complete they are.

* **Token**: every request needs `Authorization: Bearer vitals_...`; `make token` makes one. A token
  shows one participant, the members of one study, or everybody and how the warehouse is doing.
* **Forms**: `Accept: application/json` (the default, in pages), `text/csv`,
  `application/vnd.apache.arrow.stream` or `application/vnd.apache.parquet` (all rows, streamed).
* **Pages**: send `next_cursor` back as `cursor` with the same parameters until it is null.
* **Time**: `start` is part of a range, `end` is not. A date is the participant's own calendar day,
  also where that has 23 or 25 hours. Instants are in UTC; `tz=local` adds the wall clock.
* **Units** are UCUM, in `unit` or in the names of columns. What was not measured is null or has no
  row.
* **ETag**: send it back as `If-None-Match`; 304 says that nothing has changed.
* **Errors** are `application/problem+json` (RFC 9457).
"""


def create_app(config: ApiConfig) -> FastAPI:
    """The application; it connects when it starts."""
    app = FastAPI(
        title="Vitals Warehouse API",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        license_info=None,
    )
    state = app.state
    state.log = logging.getLogger("vitals.api")
    state.database = Database(config)
    state.streams = Streams(read_only(config.dsn, config.stream_seconds), config.streams)
    state.book = Book(config.dsn)
    state.gate = Gate(state.database)
    state.people = People(state.database)
    state.versions = Versions(state.database)
    state.limits = Limits(config.requests_per_minute)
    app.include_router(service.router)
    for module in (participants, metrics, nights, health, ledger, operations):
        app.include_router(module.router, prefix="/v1")
    problems.install(app)
    app.add_exception_handler(problems.Problem, _refused)
    documentation.install(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


async def _refused(request: Request, error: Any) -> Response:
    """A problem; what a token may not see and asked for all the same is in the book of accesses."""
    reader = getattr(request.state, "principal", None)
    if reader and error.status in (403, 404):
        await request.app.state.book.record(access_of(request, reader, None, error.status, 0))
    return problems.answer(request, error)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await app.state.database.open()
    await app.state.book.open()
    yield
    await app.state.book.close()
    app.state.streams.close()
    await app.state.database.close()


def _openapi(app: FastAPI) -> dict[str, Any]:
    if not app.openapi_schema:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        app.openapi_schema = responses.describe(schema)
    return app.openapi_schema
