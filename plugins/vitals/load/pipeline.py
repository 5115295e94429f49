"""Slices -> raw tables: one short-lived dlt pipeline, without state of its own.

Our tables hold the state (cursors, fingerprints, files of a load), so a pipeline lives in a folder
that is thrown away. dlt is told so before it is imported: it must neither report usage, nor ask
Airflow's Variables or Streamlit for its configuration, nor start a pool of threads for two files.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

from vitals import warehouse
from vitals.errors import ExpectedError, first_line
from vitals.load import memory
from vitals.load.copy_connection import CopyConnection
from vitals.settings import PROJECT
from vitals.workspace import workspace

if TYPE_CHECKING:
    from dlt import Pipeline
    from dlt.extract import DltSource

log = logging.getLogger(__name__)

DLT_SETTINGS = {
    "DLT_CONFIG_FOLDER": str(PROJECT / "include" / "dlt"),
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
    "RESTORE_FROM_DESTINATION": "false",
    "LOAD__WORKERS": "1",
    "LOAD__DELETE_COMPLETED_JOBS": "true",
    "NORMALIZE__WORKERS": "1",
    "EXTRACT__WORKERS": "1",
    "DATA_WRITER__DISABLE_COMPRESSION": "true",
}


class Loader:
    """Loads sources into the schema `raw` of one warehouse, as the role `loader`."""

    def __init__(self, dsn: str, folder: Path, name: str) -> None:
        self._dsn, self._folder, self._name = dsn, folder, name
        self._copying = CopyConnection(dsn)

    @cached_property
    def spool_folder(self) -> Path:
        """Where files may wait for their load, on the disk that dlt links them to."""
        folder = self._folder / "spool"
        folder.mkdir()
        return folder

    @classmethod
    @contextmanager
    def open(cls, dsn: str, name: str) -> Iterator["Loader"]:
        """A loader of one source, whose working folder is removed at the end.

        Open it before the first rows are read: it settles how the process uses memory.
        """
        memory.settle()
        with workspace("load") as folder:
            made = cls(dsn, folder, name)
            with closing(made._copying):
                yield made

    @cached_property
    def _pipeline(self) -> "Pipeline":
        # Importing dlt takes a second, and most runs find nothing to load.
        os.environ.update(DLT_SETTINGS)
        import dlt

        from vitals.load.destination import timescaledb

        return dlt.pipeline(
            self._name,
            pipelines_dir=str(self._folder),
            destination=timescaledb(self._copying, credentials=as_url(self._dsn, role="loader")),
            dataset_name="raw",
        )

    def load(self, source: Callable[[], "DltSource"]) -> None:
        """Extract, normalize and load the source that `source` builds.

        Raises:
            LoadError: something failed; the message is the cause in one line.
        """
        pipeline = self._pipeline
        from dlt.pipeline.exceptions import PipelineStepFailed

        try:
            pipeline.run(source())
        except PipelineStepFailed as error:
            log.debug("dlt failed", exc_info=True)
            raise LoadError(_cause(error)) from None


class LoadError(ExpectedError):
    """Rows could not be written, in one line."""


def as_url(dsn: str, role: str | None = None) -> str:
    """A libpq connection string as the URL that dlt asks for, with our session settings."""
    settings: dict[str, Any] = conninfo_to_dict(warehouse.session_dsn(dsn, role))
    login = quote(settings.pop("user", ""), safe="")
    # dlt insists on a password, even where the server asks for none.
    password = quote(settings.pop("password", None) or "none", safe="")
    place = f"{settings.pop('host', 'localhost')}:{settings.pop('port', 5432)}"
    database = quote(settings.pop("dbname", ""), safe="")
    query = urlencode(settings, quote_via=quote)
    return f"postgresql://{login}:{password}@{place}/{database}?{query}"


def _cause(error: BaseException) -> str:
    """The first cause of a failure in one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    return first_line(error)
