"""A TimescaleDB of the benchmark's own, beside whatever runs on this machine."""

import os
import shutil
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from vitals import settings, warehouse
from vitals.embedded.s3 import S3
from vitals.embedded.secrets import with_secrets
from vitals.embedded.timescaledb import TimescaleDB


class Server:
    """Makes empty, migrated warehouses."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    @contextmanager
    def new_warehouse(self) -> Iterator[str]:
        name = f"bench_{uuid.uuid4().hex[:8]}"
        dsn = f"{self._dsn.rpartition('/')[0]}/{name}"
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(f"create database {name}")
            warehouse.migrate(dsn)
            # Every measurement begins with the same amount of work left over from the last one.
            connection.execute("checkpoint") if _may_checkpoint(connection) else None
            try:
                yield dsn
            finally:
                _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database; autovacuum, which only a superuser may stop, can be in it for a moment."""
    for _ in range(100):
        with suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            connection.execute(f"drop database {name} with (force)")
            return
        time.sleep(0.1)


def _may_checkpoint(connection: psycopg.Connection) -> bool:
    return warehouse.only_value(connection.execute("select pg_has_role('pg_checkpoint', 'usage')"))


@contextmanager
def running() -> Iterator[Server]:
    """Start the server in a temporary home with a port of its own, and remove it at the end."""
    home = Path(tempfile.mkdtemp(prefix="vitals-bench-"))
    home.chmod(0o711)
    given = {
        "VITALS_HOME": str(home),
        "VITALS_PACKAGES": str(settings.load().packages),
        "VITALS_TIMESCALEDB_PORT": str(_free_port()),
        "PATH": os.environ.get("PATH", ""),
    }
    chosen = with_secrets(settings.load(given, project=home))
    service = TimescaleDB(chosen)
    service.up()
    try:
        yield Server(chosen.warehouse_dsn)
    finally:
        service.down()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def object_store() -> Iterator[tuple[str, str, str]]:
    """An S3 server in a temporary home: its address, key and secret."""
    home = Path(tempfile.mkdtemp(prefix="vitals-bench-"))
    given = {
        "VITALS_HOME": str(home),
        "VITALS_PACKAGES": str(settings.load().packages),
        "VITALS_S3_PORT": str(_free_port()),
    }
    chosen = with_secrets(settings.load(given, project=home))
    service = S3(chosen)
    service.up()
    try:
        yield chosen.s3.endpoint_url or "", chosen.s3.access_key, chosen.s3.secret_key
    finally:
        service.down()
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
