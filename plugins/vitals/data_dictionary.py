"""Comments in the database -> docs/data-dictionary.md.

The descriptions live in one place, the dbt models and the migrations, and are in the database for
every client to show; the page is only a print of them.
"""

import sys
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from psycopg.rows import class_row

from vitals import settings
from vitals.warehouse import INCLUDE_SQL, connect

PAGE = settings.PROJECT / "docs" / "data-dictionary.md"

_INTRODUCTION = """\
# Data dictionary

Every table and column, as the database itself describes them (in DBeaver: the *Comment* column, in
psql: `\\d+`). Made by `make docs`; do not edit. Keys are in bold. Units are in the names; instants
(`timestamptz`) are in UTC.
"""

_SCHEMAS = {
    "agg": "What people query.",
    "stage": "The same facts of all sources in one vocabulary.",
    "raw": "What the sources said, typed, and the books of every load.",
}


@dataclass(frozen=True)
class Column:
    """A column of a table or view, with what the comments of both say."""

    schema_name: str
    table_name: str
    kind: str
    table_comment: str | None
    column_name: str
    data_type: str
    is_key: bool
    column_comment: str | None


def render(dsn: str) -> str:
    """The page for a warehouse whose tables and views all exist, as Markdown.

    Raises:
        WarehouseError: the warehouse cannot be reached.
    """
    query = (INCLUDE_SQL / "ops" / "data_dictionary.sql").read_text()
    with connect(dsn) as connection:
        rows = connection.cursor(row_factory=class_row(Column)).execute(query).fetchall()
    parts = [_INTRODUCTION]
    for schema, tables in groupby(rows, attrgetter("schema_name")):
        parts.append(f"## Schema `{schema}`\n\n{_SCHEMAS[schema]}\n")
        parts += [_table(list(columns)) for _, columns in groupby(tables, attrgetter("table_name"))]
    return "\n".join(parts)


def _table(columns: list[Column]) -> str:
    first = columns[0]
    kind = " (view)" if first.kind == "view" else ""
    lines = [
        f"### `{first.schema_name}.{first.table_name}`{kind}",
        "",
        _one_line(first.table_comment),
        "",
        "| column | type | description |",
        "|---|---|---|",
        *(_row(column) for column in columns),
        "",
    ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    name = f"**{column.column_name}**" if column.is_key else column.column_name
    return f"| {name} | {column.data_type} | {_one_line(column.column_comment)} |"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    page = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    page.write_text(render(settings.load().warehouse_dsn), encoding="utf-8")
