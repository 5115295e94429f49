"""iot: smartwatch documents in MongoDB -> rows of raw.iot__users, heart_rates, steps and sleeps.

The provider's front door. SPEC costs nothing to import; dlt, pymongo, numpy and pyarrow are
imported when a source is built, because Airflow reads the registry every time it parses a DAG.
"""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vitals.sources.base import SourceSpec

if TYPE_CHECKING:
    import pyarrow as pa
    from dlt.extract import DltSource


class RowFile(NamedTuple):
    """Rows of one raw table in a Parquet file."""

    table: str
    path: Path
    rows: int
    schema: "pa.Schema"


def build_source(files: Iterable[RowFile], name: str = "iot") -> "DltSource":
    """A dlt source with one resource for each table, which hands over its files as they are."""
    import dlt

    def imports(group: Iterable[RowFile]) -> list:
        return [
            dlt.mark.with_file_import(
                str(file.path), "parquet", file.rows, file.schema.empty_table()
            )
            for file in group
        ]

    @dlt.source(name=name, max_table_nesting=0)
    def tables() -> Iterable:
        for table, group in groupby(sorted(files), key=lambda file: file.table):
            yield dlt.resource(
                imports(group), name=table, write_disposition="append", file_format="parquet"
            )

    return tables()


SPEC = SourceSpec(
    name="iot",
    resources=("users", "heart_rates", "steps", "sleeps"),
    build_source=build_source,
)
