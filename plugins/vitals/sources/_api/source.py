"""Rows that were read from an API -> a dlt source with one resource for each raw table."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa
    from dlt.extract import DltSource


def build_source(provider: str, rows: "Mapping[str, pa.Table]") -> "DltSource":
    """A dlt source that yields rows by table; building it reads nothing.

    Args:
        provider: name of the dlt source.
        rows: Arrow tables, complete with account_id and load_id, by name of the table.
    """
    import dlt

    @dlt.source(name=provider, max_table_nesting=0)
    def account() -> Iterable:
        for table, content in rows.items():
            yield dlt.resource(
                [content], name=table, write_disposition="append", file_format="parquet"
            )

    return account()
