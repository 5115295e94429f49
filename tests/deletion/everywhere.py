"""Looks for words in every column of every table, as somebody would who has stolen the database."""

import re
from collections.abc import Iterable

import psycopg
from psycopg import sql

TABLES = """
    select tables.relnamespace::regnamespace::text, tables.relname
    from pg_class as tables
    where
        tables.relkind in ('r', 'p', 'm')
        and tables.relpersistence <> 't'
        and tables.relnamespace::regnamespace::text !~ '^(pg_|information_schema|_?timescaledb)'
"""


def tables_that_say(dsn: str, words: Iterable[str]) -> dict[str, int]:
    """How many rows there are of each table that have one of the words in any column."""
    pattern = rf"(^|[^A-Za-z0-9])({'|'.join(map(re.escape, words))})($|[^A-Za-z0-9])"
    found = {}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for schema, name in connection.execute(TABLES).fetchall():
            query = sql.SQL("select count(*) from {} as stored where stored::text ~ %s")
            table = sql.Identifier(schema, name)
            [count] = connection.execute(query.format(table), [pattern]).fetchone()
            if count:
                found[f"{schema}.{name}"] = count
    return found
