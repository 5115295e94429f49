"""problems: whatever goes wrong -> application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import orjson
import psycopg
import psycopg_pool
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is not what was asked for; `detail` tells a person what to do about it."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        """Further members of the document are given by keyword."""
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


def invalid(parameter: str, detail: str) -> Problem:
    """The 422 of one parameter."""
    return Problem(422, f"{parameter}: {detail}", errors=[_error(parameter, detail)])


def install(app: FastAPI) -> None:
    """Have every error of the application answered as a problem."""
    app.exception_handler(Problem)(_problem)
    app.exception_handler(RequestValidationError)(_invalid_request)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(psycopg.Error)(_database)
    app.exception_handler(psycopg_pool.PoolTimeout)(_database)
    app.exception_handler(Exception)(_unexpected)


def answer(request: Request, problem: Problem) -> Response:
    """The problem as a response."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        **problem.more,
    }
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **problem.headers}
    return Response(orjson.dumps(document), problem.status, headers, media_type=MEDIA_TYPE)


def from_database(error: Exception) -> Problem:
    """What an error of the database means for the one who asked; its text stays inside."""
    if isinstance(error, psycopg.errors.QueryCanceled):
        return Problem(504, "the query took too long: ask for a shorter range or fewer people")
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        return Problem(503, "the warehouse has no health tables yet: its first run makes them")
    if isinstance(error, psycopg.DataError):
        return Problem(422, "a value cannot be used")
    waiting = {"Retry-After": "5"}
    return Problem(503, "the warehouse cannot be reached at the moment: try again", waiting)


def _problem(request: Request, error: Problem) -> Response:
    return answer(request, error)


def _invalid_request(request: Request, error: RequestValidationError) -> Response:
    errors = [_error(_place(one["loc"]), one["msg"]) for one in error.errors()]
    detail = "; ".join(f"{one['parameter']}: {one['detail']}" for one in errors)
    return answer(request, Problem(422, detail, errors=errors))


def _http(request: Request, error: HTTPException) -> Response:
    detail = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    if error.status_code == 404:
        detail = detail or "there is no such page: /docs lists all"
    return answer(request, Problem(error.status_code, detail, dict(error.headers or {})))


def _database(request: Request, error: Exception) -> Response:
    problem = from_database(error)
    if problem.status >= 500:
        request.app.state.log.warning("%s: %s", type(error).__name__, str(error).splitlines()[:1])
    return answer(request, problem)


def _unexpected(request: Request, error: Exception) -> Response:
    return answer(request, Problem(500, "something unexpected happened: the API's log has more"))


def _error(parameter: str, detail: str) -> dict[str, str]:
    return {"parameter": parameter, "detail": detail}


def _place(location: tuple[Any, ...]) -> str:
    """`("query", "start")` -> `start`."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])
