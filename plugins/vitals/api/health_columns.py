"""health_columns: the descriptions of agg in include/dbt -> columns and models of the API.

The figures of a day, week or month are described once, where they are defined.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import yaml
from psycopg import sql
from pydantic import BaseModel, Field, create_model

from vitals.api.models import Answer
from vitals.warehouse import INCLUDE_SQL

AGG = INCLUDE_SQL.parent / "dbt" / "models" / "agg"

_TYPES: dict[str, Any] = {
    "text": str,
    "date": date,
    "integer": int,
    "bigint": int,
    "smallint": int,
    "double precision": float,
    "boolean": bool,
    "timestamptz": datetime,
    "jsonb": dict[str, str],
}


@cache
def columns(table: str) -> tuple[str, ...]:
    """Columns of daily_health, weekly_health or monthly_health, in order."""
    return tuple(column["name"] for column in _described(table)["columns"])


def selected(table: str, names: Sequence[str]) -> sql.Composable:
    """Some columns of a table as a list of a statement; those with fractions are rounded."""
    kinds = {column["name"]: column["data_type"] for column in _described(table)["columns"]}
    return sql.SQL(",\n    ").join(
        sql.SQL("api.rounded({0}) as {0}" if kinds[name] == "double precision" else "{0}").format(
            sql.Identifier(name)
        )
        for name in names
    )


@cache
def row_model(table: str) -> type[BaseModel]:
    """A row of the table, with the descriptions of its columns."""
    described = _described(table)
    keys = next(c["columns"] for c in described["constraints"] if c["type"] == "primary_key")
    fields: dict[str, Any] = {}
    for column in described["columns"]:
        kind, about = _TYPES[column["data_type"]], column["description"]
        if column["name"] in keys:
            fields[column["name"]] = (kind, Field(description=about))
        else:  # null, or left out if other columns are asked for
            fields[column["name"]] = (kind | None, Field(default=None, description=about))
    name = "".join(part.title() for part in table.split("_"))
    return create_model(name, __base__=Answer, __doc__=described["description"], **fields)


def _described(table: str) -> dict[str, Any]:
    return _all_described()[table]


@cache
def _all_described() -> dict[str, dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast
    files = [AGG / "_daily_health__models.yml", AGG / "_rollups__models.yml"]
    models = [yaml.load(path.read_text(), loader)["models"] for path in files]  # noqa: S506
    return {model["name"]: model for found in models for model in found}
