"""Document store -> raw -> stage -> agg with the product's own load and dbt project, for tests."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import polars as pl
from dbt.cli.main import dbtRunner

from vitals.load.iot import extract_and_load
from vitals.load.summary import LoadSummary
from vitals.orchestration.dbt_project import FOLDER, dbt_environment, environment_of

NO_TESTS = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]


@dataclass
class Pipeline:
    """A warehouse and a document store, and the two steps between them.

    Attributes:
        settings: Environment variables of the product that differ from their defaults.
        manifest: The parsed project, for a database of the name that it was parsed for.
    """

    warehouse_dsn: str
    mongo_uri: str
    scratch: Path
    settings: dict[str, str] = field(default_factory=dict)
    manifest: Any = None

    def load(self, overlap: timedelta = timedelta(hours=24), **options: object) -> LoadSummary:
        """Load what is new in the document store."""
        return extract_and_load(self.warehouse_dsn, self.mongo_uri, overlap=overlap, **options)

    def build(self) -> None:
        """Make all relations, as an installation does, and transform what is loaded."""
        self._dbt("build", *NO_TESTS)

    def transform(self) -> None:
        """Take in the new loads, as the DAGs do."""
        self._dbt("run", "--no-populate-cache", "--exclude", "tag:static")

    def rebuild(self) -> None:
        """Make every row of stage and agg again."""
        self._dbt("run", "--no-populate-cache", "--exclude", "tag:static", "--full-refresh")

    def query(self, sql: str) -> pl.DataFrame:
        """Rows of a query."""
        with adbc.connect(self.warehouse_dsn) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return pl.from_arrow(cursor.fetch_arrow_table())  # type: ignore[return-value]

    def agg(self, table: str) -> pl.DataFrame:
        """All rows of a table in agg, without when they were made and from what."""
        rows = self.query(f"select * from agg.{table}")
        return rows.drop("computed_at", "sources", strict=False)

    def _dbt(self, *arguments: str) -> None:
        folders = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
        outputs = ["--target-path", str(self.scratch), "--log-path", str(self.scratch)]
        # Quicker: nothing here reads what dbt writes about itself.
        quick = {"DBT_WRITE_JSON": "false"}
        with environment_of({**dbt_environment(self.warehouse_dsn), **quick, **self.settings}):
            done = dbtRunner(manifest=self.manifest).invoke(
                [*arguments, *folders, *outputs, "--quiet"]
            )
        failed = [f"{one.node.name}: {one.message}" for one in done.result or () if one.message]
        assert done.success, done.exception or "\n".join(failed)
