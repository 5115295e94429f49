"""statements: the SQL files of include/sql/api, and parts put into them."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from psycopg import sql

from vitals.warehouse import INCLUDE_SQL

FOLDER = INCLUDE_SQL / "api"

_PARAMETER = re.compile(r"%\((\w+)\)s")


@cache
def statement(name: str) -> bytes:
    """A file as it is."""
    return _text(name).encode()


def compose(name: str, **parts: sql.Composable) -> bytes:
    """A file with its `{parts}` filled in.

    Parts are chosen by the code from its own lists: every value of a request is a parameter.
    """
    return sql.SQL(_text(name)).format(**parts).as_bytes(None)


def as_part(query: bytes) -> sql.Composable:
    """A statement of ours, to be put into another one."""
    text: Any = query.decode()  # psycopg wants a literal string: it comes from our own files
    return sql.SQL(text)


@lru_cache(maxsize=1000)  # as many as there are sets of columns that somebody asks for
def as_json(query: bytes) -> bytes:
    """The statement whose only row has the rows of a query as JSON."""
    return compose("as_json", query=as_part(query))


def with_literals(query: bytes, parameters: Mapping[str, Any]) -> str:
    """The query with its parameters written into it, quoted by psycopg.

    For COPY, which takes none.
    """
    return _PARAMETER.sub(
        lambda found: sql.Literal(parameters[found[1]]).as_string(None), query.decode()
    )


@cache
def _text(name: str) -> Any:  # psycopg wants a literal string: it comes from our own file
    return (FOLDER / f"{name}.sql").read_text().rstrip()
