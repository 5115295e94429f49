"""health_columns: the descriptions of agg in include/dbt -> columns and models of the API.

The figures of a day, week or month are described once, where they are defined.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

import yaml
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


@cache
def row_model(table: str) -> type[BaseModel]:
    """A row of the table, with the descriptions of its columns."""
    described = _described(table)
    keys = next(c["columns"] for c in described["constraints"] if c["type"] == "primary_key")
    fields: dict[str, Any] = {
        column["name"]: (
            _type(column, column["name"] in keys),
            Field(description=column["description"]),
        )
        for column in described["columns"]
    }
    name = "".join(part.title() for part in table.split("_"))
    return create_model(name, __base__=Answer, __doc__=described["description"], **fields)


def _type(column: dict[str, Any], is_key: bool) -> Any:
    kind = _TYPES[column["data_type"]]
    return kind if is_key else kind | None


@cache
def _described(table: str) -> dict[str, Any]:
    for path in sorted(AGG.glob("_*__models.yml")):
        for model in yaml.safe_load(path.read_text())["models"]:
            if model["name"] == table:
                return model
    raise LookupError(f"{table} is not described in {AGG}")
