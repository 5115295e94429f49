"""The SQL of data sets, from include/sql/datasets."""

from functools import cache
from typing import Any

from psycopg import sql

from vitals.warehouse import INCLUDE_SQL


@cache
def statement(name: str) -> Any:  # psycopg wants a literal string: it comes from our own file
    """A file as it is."""
    return (INCLUDE_SQL / "datasets" / f"{name}.sql").read_text().rstrip()


def composed(name: str, **parts: object) -> str:
    """A file with its `{parts}`: what is composable as it is, everything else as a literal."""
    given = {
        part: value if isinstance(value, sql.Composable) else sql.Literal(value)
        for part, value in parts.items()
    }
    return sql.SQL(statement(name)).format(**given).as_string(None)
