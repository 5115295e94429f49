"""Operational database -> raw: the sensor that looks whether it answers, the task that reads it."""

import logging
from typing import Any

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals.orchestration.connections import operational_target, warehouse_dsn
from vitals.orchestration.runs import load_run_id

log = logging.getLogger(__name__)

OPERATIONAL_PARAMS = {
    "mode": Param(
        "incremental",
        enum=["incremental", "full"],
        title="Mode",
        description="incremental: what was changed since the last run. full: compare every row, "
        "for changes whose updated_at was not brought up to date.",
    ),
    "accept_deletions": Param(
        False,
        type="boolean",
        title="Accept deletions",
        description="Whether it is right that more than half of a table is gone. Without it such a "
        "run fails and writes nothing.",
    ),
}


@task.sensor(poke_interval=120, timeout=3600, mode="reschedule")
def wait_for_operational_database() -> bool:
    """Whether the operational database answers; skips the run where there is none."""
    from vitals.sources.oltp import TABLES
    from vitals.sources.oltp.reader import OperationalDatabase, OperationalDatabaseError

    target = operational_target()
    try:
        with OperationalDatabase.open(target.dsn, target.schema, target.role) as database:
            missing = [name for name, table in TABLES.items() if not database.has(table)]
    except OperationalDatabaseError as error:
        log.warning("%s", error)
        return False
    if len(missing) == len(TABLES):
        raise AirflowSkipException(
            f"schema {target.schema} has no table {' or '.join(missing)}: no operational database "
            "is set (docs/star-schema.md)"
        )
    if missing:
        raise AirflowFailException(f"schema {target.schema} has no table {', '.join(missing)}")
    return True


@task(task_id="extract", max_active_tis_per_dag=1)
def extract_operational() -> dict[str, int]:
    """Add what has changed; returns what was read, loaded, rejected and so on."""
    from vitals.load import oltp
    from vitals.load.oltp_versions import MassDeletionError

    context: Any = get_current_context()
    try:
        summary = oltp.extract_and_load(
            warehouse_dsn=warehouse_dsn(),
            target=operational_target(),
            mode=context["params"]["mode"],
            run_id=load_run_id(context),
            accept_deletions=context["params"]["accept_deletions"],
            progress=log.info,
        )
    except MassDeletionError as error:
        raise AirflowFailException(str(error)) from None  # trying again would not help
    return summary.counts
