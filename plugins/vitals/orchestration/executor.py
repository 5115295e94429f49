"""PreloadedLocalExecutor: import dbt, Cosmos and dlt once, before the workers are forked.

Every task runs in a fork of a worker, and a fresh process spends 4 to 8 seconds on importing
dbt and Cosmos, and 2 on dlt. Forks of a process that has them share its memory and start at once.
"""

import importlib
import os
from contextlib import suppress

from airflow.executors.local_executor import LocalExecutor

from vitals.load.pipeline import DLT_SETTINGS

PRELOADED = (
    "airflow.sdk.execution_time.task_runner",
    "cosmos.airflow.task_group",
    "cosmos.operators.local",
    "cosmos.operators.watcher",
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "dbt.parser.manifest",
    "dbt.task.build",
    "dlt.destinations",
    "dlt.pipeline",
    "psycopg",
    "psycopg2",
    "pyarrow.parquet",
    "pydantic",
    "requests",
)


class PreloadedLocalExecutor(LocalExecutor):
    """LocalExecutor whose workers have the slow modules from the start."""

    def start(self) -> None:
        """Import, then fork the workers. What cannot be imported fails later, in its own task."""
        os.environ.update(DLT_SETTINGS)  # dlt looks at them when it is imported
        for module in PRELOADED:
            with suppress(ImportError):
                importlib.import_module(module)
        super().start()
