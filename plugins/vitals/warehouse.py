"""Everything that opens PostgreSQL: connections with least rights, and ordered migrations.

`include/sql/migrations/NNNN_name.sql` -> public.schema_migrations. Applying is safe to repeat and
safe from two processes at once: an advisory lock makes the second wait and then find nothing to do.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import Row

from vitals.errors import ExpectedError, first_line

log = logging.getLogger(__name__)

INCLUDE_SQL = Path(__file__).resolve().parents[2] / "include" / "sql"
MIGRATIONS = INCLUDE_SQL / "migrations"

_COMMUNITY_MARK = "-- requires: timescale"
# A connection that is silent for long, as the one that holds a lock while an account is read, is
# forgotten by firewalls after minutes; and the server keeps the locks of a machine that is gone for
# two hours unless it asks. So both sides ask: after a minute, then every 10 seconds, 6 times.
_KEEPALIVE = {"idle": "60", "interval": "10", "count": "6"}
# Any fixed number: both processes that migrate one database must agree on it.
_MIGRATION_LOCK = 0x7669_7461_6C73


class WarehouseError(ExpectedError):
    """The warehouse cannot be reached or is not in the state the code expects, in one line."""


@dataclass(frozen=True)
class Migration:
    """One numbered SQL file; `version` orders it, `checksum` (SHA-256) freezes it once applied."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def needs_community_edition(self) -> bool:
        """Whether the first line asks for `timescaledb.license = timescale`."""
        return self.sql.split("\n", 1)[0].strip() == _COMMUNITY_MARK


def session_dsn(dsn: str, role: str | None = None) -> str:
    """The same DSN with the session settings that every connection of ours has.

    UTC, an application name, a bounded wait for the server, a sign of life on silent connections
    and, if given, the group role to act as. They travel in the DSN itself, so psycopg, dlt and
    ADBC all get them.
    """
    settings = conninfo_to_dict(dsn)
    options = [str(settings.pop("options", "") or ""), "-c timezone=UTC"]
    for name, value in _KEEPALIVE.items():
        settings.setdefault(f"keepalives_{name}", value)
        options.append(f"-c tcp_keepalives_{name}={value}")
    if role:
        options.append(f"-c role={role}")
    settings.setdefault("application_name", "vitals")
    settings.setdefault("connect_timeout", "10")
    return make_conninfo("", **settings, options=" ".join(filter(None, options)))


def connect(dsn: str, role: str | None = None, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a connection in UTC, as the group role `role` if one is given.

    Raises:
        WarehouseError: the server cannot be reached or refuses the login; one line, no password.
    """
    try:
        return psycopg.connect(session_dsn(dsn, role), autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise WarehouseError(f"cannot open {describe(dsn)}: {first_line(error)}") from error


def describe(dsn: str) -> str:
    """Where a DSN points, without its password: `host:port/database`."""
    settings = conninfo_to_dict(dsn)
    host, port = settings.get("host", "localhost"), settings.get("port", 5432)
    return f"the warehouse {host}:{port}/{settings.get('dbname', '')}"


def only_row(cursor: psycopg.Cursor[Row]) -> Row:
    """The row of a statement that always gives one, as a total or `insert ... returning`."""
    row = cursor.fetchone()
    assert row is not None, "a statement that always gives a row gave none"
    return row


def only_value(cursor: psycopg.Cursor) -> Any:
    """The value of a statement that always gives one row of one column."""
    [value] = only_row(cursor)
    return value


def has_relation(connection: psycopg.Connection, name: str) -> bool:
    """Whether there is a table or view of that name, given with its schema."""
    query = "select to_regclass(%s) is not null"
    return only_value(connection.execute(query, [name]))


def try_lock(connection: psycopg.Connection, name: str) -> bool:
    """Take the lock of that name for the life of the connection; False if another one has it."""
    query = "select pg_try_advisory_lock(hashtextextended(%s, 0))"
    return only_value(connection.execute(query, [name]))


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """All migration files of a folder, in the order in which they apply.

    Raises:
        WarehouseError: a file name has no number, or two files have the same one.
    """
    migrations: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        number, _, name = path.stem.partition("_")
        if not number.isdigit():
            raise WarehouseError(f"migration {path.name} must be named NNNN_what_it_does.sql")
        migrations.append(Migration(int(number), name, path.read_text()))
    numbers = [migration.version for migration in migrations]
    if len(set(numbers)) < len(numbers):
        raise WarehouseError(f"two migrations in {folder} have the same number")
    return migrations


def migrate(dsn: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply every migration that is not applied yet, each in a transaction of its own.

    Args:
        dsn: database to change; the login must own it.
        folder: where the numbered files are.

    Returns:
        The names of the files applied by this call, in order; empty if there was nothing to do.

    Raises:
        WarehouseError: an applied file was changed since, or a file fails (it is then rolled back
            and the ones before it stay).
    """
    migrations = read_migrations(folder)
    with connect(dsn, autocommit=True) as connection, _migration_lock(connection):
        applied = _applied_checksums(connection)
        _refuse_changed(migrations, applied)
        pending = [item for item in migrations if item.version not in applied]
        return [item.name for item in pending if _apply(connection, item)]


@contextmanager
def _migration_lock(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute("select pg_advisory_lock(%s)", [_MIGRATION_LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [_MIGRATION_LOCK])


def _applied_checksums(connection: psycopg.Connection) -> dict[int, str]:
    connection.execute((INCLUDE_SQL / "schema_migrations.sql").read_text())
    rows = connection.execute("select version, checksum from public.schema_migrations")
    return dict(rows.fetchall())


def _refuse_changed(migrations: Sequence[Migration], applied: dict[int, str]) -> None:
    for item in migrations:
        if applied.get(item.version, item.checksum) != item.checksum:
            raise WarehouseError(
                f"migration {item.version:04d}_{item.name} was changed after it had been applied: "
                "restore the file and put the change into a new migration"
            )


def _apply(connection: psycopg.Connection, item: Migration) -> bool:
    """Apply one migration; False if it waits for the community edition of TimescaleDB."""
    if item.needs_community_edition and not has_community_license(connection):
        log.info("%s waits for timescaledb.license = timescale", item.name)
        return False
    record = "insert into public.schema_migrations (version, name, checksum) values (%s, %s, %s)"
    try:
        with connection.transaction():
            connection.execute(item.sql)
            connection.execute(record, [item.version, item.name, item.checksum])
    except psycopg.Error as error:
        raise WarehouseError(f"{item.version:04d}_{item.name}: {first_line(error)}") from error
    log.info("applied migration %04d_%s", item.version, item.name)
    return True


def is_empty(connection: psycopg.Connection) -> bool:
    """Whether nothing has ever been loaded."""
    return only_value(connection.execute("select not exists (select from raw.loads)"))


def has_community_license(connection: psycopg.Connection) -> bool:
    """Whether compression, policies and the like may be used (`timescaledb.license`)."""
    query = "select current_setting('timescaledb.license', true)"
    return only_value(connection.execute(query)) == "timescale"
