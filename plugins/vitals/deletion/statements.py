"""The SQL of deletions, from include/sql/deletion."""

from functools import cache

from vitals.warehouse import INCLUDE_SQL


@cache
def statement(name: str) -> str:
    """A statement by the name of its file."""
    return (INCLUDE_SQL / "deletion" / f"{name}.sql").read_text()
