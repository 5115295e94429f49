"""iot: smartwatch documents in MongoDB -> rows of raw.iot__users, heart_rates, steps and sleeps.

The provider's front door. SPEC costs nothing to import; dlt, pymongo, numpy and pyarrow are
imported when a source is built, because Airflow reads the registry every time it parses a DAG.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vitals.sources.base import SourceSpec

if TYPE_CHECKING:
    from dlt.extract import DltSource

    from vitals.sources.iot.extract import Slice


def build_source(slices: "Iterable[Slice]") -> "DltSource":
    """A dlt source with one resource for each slice, which yields its rows as an Arrow table.

    Building it reads nothing; no two slices may be of one collection.
    """
    import dlt

    @dlt.source(name="iot", max_table_nesting=0)
    def iot() -> Iterable:
        for piece in slices:
            yield dlt.resource(
                [piece.rows],
                name=piece.collection.table,
                write_disposition="append",
                file_format="parquet",
            )

    return iot()


SPEC = SourceSpec(
    name="iot",
    streams=("users", "heart_rates", "steps", "sleeps"),
    connection="vitals_mongo",
    schedule=None,
    build_source=build_source,
)
