"""Rows of one participant -> deleted in one transaction from every table, and counted again."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg import sql

from vitals.deletion.catalogue import Table, tables
from vitals.deletion.errors import DeletionError
from vitals.deletion.identity import Identity
from vitals.deletion.statements import statement
from vitals.load.books import Books
from vitals.warehouse import only_value

LOCK_WAIT_SECONDS = 900.0
# A table that is made whole each time may have been under way, and brought something back.
_TRIES = 3


@contextmanager
def no_loads(dsn: str, identity: Identity) -> Iterator[None]:
    """Keep everything from loading rows of a participant for a while.

    Raises:
        AnotherRunError: a load did not end in time.
    """
    with ExitStack() as stack:
        stack.enter_context(Books.open(dsn, "stream", LOCK_WAIT_SECONDS))
        stack.enter_context(Books.open(dsn, "oltp", LOCK_WAIT_SECONDS))
        if identity.devices:
            stack.enter_context(Books.open(dsn, "iot", LOCK_WAIT_SECONDS))
        for account_id in identity.accounts:
            source = account_id.partition(":")[0]
            stack.enter_context(Books.open(dsn, source, LOCK_WAIT_SECONDS, account_id))
        yield


@contextmanager
def no_archiving(connection: psycopg.Connection) -> Iterator[None]:
    """Wait for a run of the archive to end, and keep others out: it would take rows away unseen."""
    lock = "hashtextextended('vitals archive run', 0)"
    connection.execute(f"select pg_advisory_lock({lock})")
    try:
        yield
    finally:
        connection.execute(f"select pg_advisory_unlock({lock})")


def delete(connection: psycopg.Connection, identity: Identity) -> dict[str, int]:
    """Delete all rows; returns how many, by table.

    Args:
        connection: as the owner of the tables, in autocommit.
        identity: whose rows.

    Raises:
        DeletionError: some come back as often as they are deleted, or a table is not known.
    """
    deleted: dict[str, int] = {}
    for _ in range(_TRIES):
        for name, rows in _delete_once(connection, identity).items():
            deleted[name] = deleted.get(name, 0) + rows
        if not any(count(connection, identity).values()):
            return deleted
    left = [name for name, rows in count(connection, identity).items() if rows]
    raise DeletionError(f"rows come back in {', '.join(left)}: stop the DAGs and do it again")


def count(connection: psycopg.Connection, identity: Identity) -> dict[str, int]:
    """How many rows of a participant there are, by table; also of tables that have none."""
    found = {}
    for table in tables(connection):
        query = _query("select count(*) from {table} as stored where", table)
        found[table.name] = only_value(connection.execute(query, identity.parameters))
    return found


def _delete_once(connection: psycopg.Connection, identity: Identity) -> dict[str, int]:
    found = tables(connection)
    try:
        with connection.transaction():
            _keep_writers_out(connection, found)
            return {
                table.name: connection.execute(
                    _query("delete from {table} as stored where", table), identity.parameters
                ).rowcount
                for table in found
            }
    except psycopg.errors.LockNotAvailable:
        raise DeletionError(
            "the tables are in use for minutes: wait for the transformation or the restore, and do "
            "it again"
        ) from None


def _keep_writers_out(connection: psycopg.Connection, found: Sequence[Table]) -> None:
    """Wait for restores and models that are under way: they have read rows that are about to go."""
    connection.execute(statement("wait_for_tables"))
    built = [
        sql.Identifier(*table.name.split("."))
        for table in sorted(found, key=lambda table: table.name)
        if table.name.startswith(("stage.", "agg."))
    ]
    if built:
        names = sql.SQL(", ").join(built)
        lock = sql.SQL("lock table {} in share row exclusive mode").format(names)
        connection.execute(lock)


def _query(beginning: str, table: Table) -> sql.Composed:
    name = sql.Identifier(*table.name.split("."))
    return sql.SQL("{} ({})").format(
        sql.SQL(beginning).format(table=name), sql.SQL(table.condition)
    )
