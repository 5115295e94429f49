"""dlt destination `timescaledb`: PostgreSQL whose Parquet files go through our own jobs."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from adbc_driver_manager import dbapi
from dlt.common.configuration import configspec
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.destination.client import LoadJob, PreparedTableSchema, RunnableLoadJob
from dlt.common.schema import Schema
from dlt.destinations import postgres
from dlt.destinations.exceptions import DatabaseTerminalException
from dlt.destinations.impl.postgres.configuration import (
    PostgresClientConfiguration,
    PostgresCredentials,
)
from dlt.destinations.impl.postgres.postgres import PostgresClient
from psycopg.conninfo import conninfo_to_dict

from vitals.errors import first_line
from vitals.load.account_tables import resource_of, table_spec
from vitals.load.copy_connection import CopyConnection
from vitals.load.copy_job import FileLoad
from vitals.load.tables import TABLES
from vitals.load.window_job import WindowLoad


class TimescaleCopyJob(RunnableLoadJob):
    """Loads one Parquet file into one of our tables of schema raw."""

    _job_client: "TimescaleClient"

    def run(self) -> None:
        """Load the file.

        Raises:
            DatabaseTerminalException: it cannot be loaded. Trying again is for the caller, who
                begins with a new reading: nothing of the file was written.
        """
        try:
            with self._job_client.copying.lent() as connection:
                _file_load(connection, self.load_table_name, self._file_path).run()
        except dbapi.Error as error:
            raise DatabaseTerminalException(RuntimeError(first_line(error))) from error


def _file_load(connection: dbapi.Connection, table: str, path: str) -> FileLoad:
    """The way in which files of a table are loaded."""
    name = Path(path).name
    if table in TABLES:
        return FileLoad(connection, TABLES[table], path, name)
    resource = resource_of(table)
    if resource is None:
        raise DatabaseTerminalException(ValueError(f"raw.{table} is no table of a known source"))
    spec = table_spec(table, resource, pq.read_schema(path).names)
    kind = WindowLoad if resource.keeps == "days" else FileLoad
    return kind(connection, spec, path, name)


@configspec(init=False)
class LibpqCredentials(PostgresCredentials):
    """A libpq URI that is handed on as it was given.

    dlt would take it apart and put it together again in a notation that libpq reads differently (a
    `+` for a space), and import SQLAlchemy to do so, which takes as long as a small load.
    """

    uri: str = dataclasses.field(default="", init=False, repr=False, compare=False)

    def parse_native_representation(self, native_value: str) -> None:
        """Note the parts that dlt asks for."""
        parts = {name: str(value) for name, value in conninfo_to_dict(native_value).items()}
        self.uri = native_value
        self.username, self.password = parts.pop("user"), parts.pop("password")
        self.host, self.port = parts.pop("host"), int(parts.pop("port"))
        self.database, self.query = parts.pop("dbname"), parts

    def to_native_representation(self) -> str:
        """The URI."""
        return self.uri

    def __str__(self) -> str:
        """Where it points; what dlt writes into its reports."""
        return self.data_location()


@configspec(init=False)
class TimescaleConfiguration(PostgresClientConfiguration):
    """Configuration of the destination."""

    credentials: LibpqCredentials = None  # type: ignore[assignment]  # dlt: has to be given


class TimescaleClient(PostgresClient):
    """The PostgreSQL client of dlt, but for Parquet files.

    Attributes:
        copying: the connection for these, of the destination that made this client.
    """

    copying: CopyConnection

    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        """The job for one file."""
        if file_path.endswith(".parquet"):
            return TimescaleCopyJob(file_path)
        return super().create_load_job(table, file_path, load_id, restore)

    def update_stored_schema(self, *arguments: Any, **named: Any) -> Any:
        """Make dlt's own tables, one session at a time.

        The first runs of a new warehouse come at once, and `create table if not exists` fails in
        one of two sessions that have both found no table.
        """
        with self._alone():
            return super().update_stored_schema(*arguments, **named)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = "hashtextextended('vitals dlt schema', 0)"
        self.sql_client.execute_sql(f"select pg_advisory_lock({lock})")
        try:
            yield
        finally:
            self.sql_client.execute_sql(f"select pg_advisory_unlock({lock})")


class timescaledb(postgres):  # noqa: N801 - dlt names destinations in lower case
    """Destination factory: `timescaledb(credentials="postgresql://...", copying=...)`."""

    spec = TimescaleConfiguration

    def __init__(self, copying: CopyConnection, **settings: Any) -> None:
        super().__init__(**settings)
        self._copying = copying

    def client(self, schema: Schema, initial_config: Any = None) -> TimescaleClient:
        """A client whose jobs use our connection."""
        made = super().client(schema, initial_config)
        assert isinstance(made, TimescaleClient)
        made.copying = self._copying
        return made

    @property
    def client_class(self) -> type[TimescaleClient]:
        """The client that makes our load jobs."""
        return TimescaleClient

    def capabilities(
        self, config: Any = None, naming: Any = None
    ) -> DestinationCapabilitiesContext:
        """What the destination can do: the same with every configuration.

        dlt asks about twenty times in a run and would resolve the whole configuration each time,
        half of what a small load costs.
        """
        return super().capabilities(config or self.spec(), naming)


timescaledb.register()
