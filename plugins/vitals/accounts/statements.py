"""The SQL of the accounts, from include/sql/accounts."""

from functools import cache

from vitals.warehouse import INCLUDE_SQL


@cache
def statement(name: str) -> str:
    """A statement by the name of its file."""
    return (INCLUDE_SQL / "accounts" / f"{name}.sql").read_text()
