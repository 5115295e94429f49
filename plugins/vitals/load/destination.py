"""dlt destination `timescaledb`: PostgreSQL whose Parquet files go through our own jobs."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from adbc_driver_manager import dbapi
from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.destination.client import LoadJob, PreparedTableSchema, RunnableLoadJob
from dlt.destinations import postgres
from dlt.destinations.exceptions import DatabaseTerminalException
from dlt.destinations.impl.postgres.factory import get_adbc_driver_location
from dlt.destinations.impl.postgres.postgres import PostgresClient

from vitals.load.account_tables import resource_of, table_spec
from vitals.load.copy_job import FileLoad
from vitals.load.tables import TABLES
from vitals.load.window_job import WindowLoad
from vitals.warehouse import first_line


class TimescaleCopyJob(RunnableLoadJob):
    """Loads one Parquet file into one of our tables of schema raw."""

    def run(self) -> None:
        """Load the file.

        Raises:
            DatabaseTerminalException: it cannot be loaded. Trying again is for the caller, who
                begins with a new reading: nothing of the file was written.
        """
        credentials = self._job_client.config.credentials
        # libpq takes a `+` in the options of dlt's URL for a plus sign, not for a space.
        place, _, options = credentials.to_native_representation().partition("?")
        uri = f"{place}?{options.replace('+', '%20')}"
        try:
            with dbapi.connect(get_adbc_driver_location(), db_kwargs={"uri": uri}) as connection:
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


class TimescaleClient(PostgresClient):
    """The PostgreSQL client of dlt, but for Parquet files."""

    def create_load_job(
        self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
    ) -> LoadJob:
        """The job for one file."""
        if file_path.endswith(".parquet"):
            return TimescaleCopyJob(file_path)
        return super().create_load_job(table, file_path, load_id, restore)


class timescaledb(postgres):  # noqa: N801 - dlt names destinations in lower case
    """Destination factory: `timescaledb(credentials="postgresql://...")`."""

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
