"""What is there to do? The warehouse and the document store answer, not the run that asks.

A step that failed for good leaves its loads waiting, and the next run of any DAG takes them up.
"""

import psycopg

from vitals.orchestration.dbt_project import loading_models
from vitals.warehouse import INCLUDE_SQL, connect, only_value


def loads_waiting(warehouse_dsn: str, layer: str) -> bool:
    """Whether finished loads wait for a layer: "stage", "daily", "weekly" or "monthly".

    A layer with a table that was never filled counts as waiting, so that a first run makes it
    even if there is no data yet.

    Raises:
        WarehouseError: the warehouse cannot be reached.
    """
    query = (INCLUDE_SQL / "ops" / "loads_waiting.sql").read_text(encoding="utf-8")
    with connect(warehouse_dsn, role="transformer") as connection:
        try:
            models = {"models": loading_models(layer), "adding": loading_models(layer, ["loads"])}
            return only_value(connection.execute(query, models))
        except psycopg.errors.UndefinedTable:
            return True


def work_waiting(warehouse_dsn: str, mongo_uri: str) -> bool:
    """Whether the document store has something new, or loaded data still waits for stage."""
    from vitals.load import iot  # not at the top: DAG files import this, and must parse quickly

    return loads_waiting(warehouse_dsn, "stage") or iot.new_documents_waiting(
        warehouse_dsn, mongo_uri
    )
