"""timescaledb: the embedded warehouse server, PostgreSQL 17 with TimescaleDB (Apache edition).

It holds the databases `vitals` (the warehouse) and `airflow` (Airflow's own), each with its own
owner. The superuser `postgres` is only used here, to make them.
"""

import os
import pwd
import shutil
import signal
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from vitals.embedded.account import ensure_account, reachable
from vitals.embedded.debian import PROGRAMS, install_postgresql
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.packages import run
from vitals.embedded.service import NotReady, Service
from vitals.errors import first_line
from vitals.settings import WAREHOUSE_LOGIN

AIRFLOW_LOGIN = "airflow"

CONFIGURATION = """\
# Written at every start by `make up`; put your own settings into own.conf beside this file.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_preload_libraries = 'timescaledb,pg_stat_statements'
timescaledb.telemetry_level = off
# This edition has no background jobs, and the idle workers would keep databases "in use".
timescaledb.max_background_workers = 0
jit = off
password_encryption = 'scram-sha-256'
max_connections = 200
shared_buffers = '{shared_buffers}MB'
effective_cache_size = '{cache}MB'
work_mem = '{work_mem}MB'
maintenance_work_mem = '{maintenance_work_mem}MB'
max_wal_size = '4GB'
checkpoint_timeout = '15min'
wal_compression = 'lz4'
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
include_if_exists = 'own.conf'
"""


class TimescaleDB(Service):
    """The server of the databases `vitals` and `airflow`."""

    name = "timescaledb"
    port_setting = "VITALS_TIMESCALEDB_PORT"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back, nobody is waited for
    start_timeout = 300.0  # recovery after a crash may take a while

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """A user without login if we are root."""
        return ensure_account(self.settings.service_account)

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.timescaledb

    @cached_property
    def data(self) -> Path:
        """The data directory."""
        return reachable(self.settings.home / "timescaledb", self.account)

    @property
    def folder(self) -> Path:
        """The server changes into its data directory by itself."""
        return Path("/")

    @cached_property
    def programs(self) -> Path:
        """Folder of the PostgreSQL programs."""
        return self._package / PROGRAMS

    @cached_property
    def _package(self) -> Path:
        return reachable(self.settings.packages / "postgresql-17", self.account)

    def prepare(self) -> None:
        """Install the programs, make the data directory, write the configuration."""
        install_postgresql(self._package, self.settings.debian_mirror)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        (self.data / "vitals.conf").write_text(self.configuration_text())
        self._remove_stale_lock()

    def command(self) -> list[str | Path]:
        """The server program."""
        return [self.programs / "postgres", "-D", self.data]

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's: everything is in the configuration."""
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

    def configuration_text(self) -> str:
        """The content of vitals.conf."""
        return CONFIGURATION.format(port=self.port, **_memory())

    def check(self) -> None:
        """Log in as the superuser."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError as error:
            why = first_line(error)
            if "password authentication failed" in why:
                raise EmbeddedError(
                    f"the database in {self.data} was made with another VITALS_POSTGRES_PASSWORD: "
                    f"bring it back into {self.settings.secrets_file}, or delete the database"
                ) from None
            raise NotReady(why) from None

    def configure(self) -> None:
        """Have the logins and databases of the warehouse and of Airflow."""
        secrets = self.settings.secrets
        with self._connect("postgres") as connection:
            _ensure_login(connection, AIRFLOW_LOGIN, secrets.airflow_database_password)
            _ensure_database(connection, "airflow", AIRFLOW_LOGIN)
            if "warehouse" in self.settings.external:
                return
            _ensure_login(connection, WAREHOUSE_LOGIN, secrets.warehouse_password)
            # It makes the group roles of the warehouse, and databases for tests and restores.
            connection.execute(f"alter role {WAREHOUSE_LOGIN} createrole createdb")
            _ensure_database(connection, "vitals", WAREHOUSE_LOGIN)

    def dsn(self, database: str, login: str, password: str) -> str:
        """A libpq URI of one of the server's databases."""
        return f"postgresql://{login}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def _connect(self, database: str) -> psycopg.Connection:
        password = self.settings.secrets.postgres_password
        dsn = self.dsn(database, "postgres", password)
        return psycopg.connect(dsn, autocommit=True, connect_timeout=5)

    def _initialise(self) -> None:
        """Make the data directory beside its place, then move it there whole."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        part = self.data.with_name(f"{self.data.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        password = self.data.with_name(f"{self.data.name}.pw")
        password.touch(mode=0o600)
        password.write_text(self.settings.secrets.postgres_password)
        if self.account:
            for path in (part, password):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)
        initdb = str(self.programs / "initdb")
        how = ["-U", "postgres", "-A", "scram-sha-256", "--locale=C.UTF-8"]
        try:
            run([initdb, "-D", part, "--pwfile", password, *how], account=self.account)
        finally:
            password.unlink()
        with (part / "postgresql.conf").open("a") as file:
            file.write("include_if_exists = 'vitals.conf'\n")
        part.replace(self.data)

    def _remove_stale_lock(self) -> None:
        """Drop a postmaster.pid whose number now belongs to another program.

        PostgreSQL removes the lock file of a dead server itself, but cannot tell a stranger that
        got its number and would refuse to start.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        pid = lock.read_text().split("\n")[0].strip()
        try:
            ours = Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            ours = False
        if not ours:
            lock.unlink()


def _ensure_login(connection: psycopg.Connection, name: str, password: str) -> None:
    """Have a login with this password, whatever it was before."""
    known = connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone()
    verb = sql.SQL("alter" if known else "create")
    statement = sql.SQL("{} role {} login password {}")
    connection.execute(statement.format(verb, sql.Identifier(name), sql.Literal(password)))


def _ensure_database(connection: psycopg.Connection, name: str, owner: str) -> None:
    known = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if not known:
        statement = sql.SQL("create database {} owner {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))


def _memory() -> dict[str, int]:
    """Sizes in MB for this machine: an eighth of its memory shared, at most 1 GB."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return {
        "shared_buffers": max(128, min(total // 8, 1024)),
        "cache": max(256, total // 2),
        "work_mem": max(4, min(total // 256, 64)),
        "maintenance_work_mem": max(64, min(total // 32, 512)),
    }
