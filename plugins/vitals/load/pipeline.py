"""Slices -> raw tables: one short-lived dlt pipeline, without state of its own.

Our tables hold the state (cursors, fingerprints, files of a load), so a pipeline lives in a folder
that is thrown away. dlt is told so before it is imported: it must neither report usage, nor ask
Airflow's Variables for its configuration, nor start a pool of threads for two files.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict

from vitals import warehouse

if TYPE_CHECKING:
    from dlt import Pipeline
    from dlt.extract import DltSource

log = logging.getLogger(__name__)

_DLT_SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "CRITICAL",
    "PROVIDERS__ENABLE_AIRFLOW_SECRETS": "false",
    "LOAD__WORKERS": "1",
    "NORMALIZE__WORKERS": "1",
    "EXTRACT__WORKERS": "1",
    "DATA_WRITER__DISABLE_COMPRESSION": "true",
}


class Loader:
    """Loads sources into the schema `raw` of one warehouse."""

    def __init__(self, pipeline: "Pipeline") -> None:
        self._pipeline = pipeline

    @classmethod
    @contextmanager
    def open(cls, dsn: str) -> Iterator["Loader"]:
        """A loader that writes as the role `loader`; its working folder is removed at the end."""
        os.environ.update(_DLT_SETTINGS)
        import dlt

        from vitals.load.destination import timescaledb

        with tempfile.TemporaryDirectory(prefix="vitals-load-") as folder:
            pipeline = dlt.pipeline(
                "iot",
                pipelines_dir=folder,
                destination=timescaledb(credentials=as_url(dsn, role="loader")),
                dataset_name="raw",
            )
            yield cls(pipeline)

    def load(self, source: "DltSource") -> None:
        """Extract, normalize and load one source.

        Raises:
            LoadError: something failed; the message is the cause in one line.
        """
        from dlt.pipeline.exceptions import PipelineStepFailed

        try:
            self._pipeline.run(source)
        except PipelineStepFailed as error:
            log.debug("dlt failed", exc_info=True)
            raise LoadError(_cause(error)) from None


class LoadError(RuntimeError):
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
    return warehouse.first_line(error)
