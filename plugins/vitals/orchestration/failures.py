"""A task that failed for good -> ops.failed_runs: the callback that all tasks have.

It runs where the task ran, or, for a task that was killed, in the DAG processor. Nothing is sent
from here: a source that is down fails every quarter of an hour; the nightly report says so once.
"""

import logging
from typing import Any

from vitals.errors import first_line

log = logging.getLogger(__name__)


def note_failure(context: Any) -> None:
    """Remember the run, the task and its error; a warehouse that is down is only logged."""
    from vitals.monitoring.books import note_failed_run  # not at the top: DAG files import this
    from vitals.orchestration.connections import warehouse_dsn

    task = context["ti"]
    error = context.get("exception")
    try:
        note_failed_run(
            warehouse_dsn(),
            dag_id=task.dag_id,
            run_id=task.run_id,
            task_id=_name(task),
            reason=_reason(error),
        )
    except Exception as problem:  # the task has failed already, for a reason of its own
        log.warning("the failure is not noted: %s", first_line(problem))


def _name(task: Any) -> str:
    index = getattr(task, "map_index", -1)
    if index is None or index < 0:
        return task.task_id
    return f"{task.task_id}[{getattr(task, 'rendered_map_index', None) or index}]"


def _reason(error: Any) -> str:
    if isinstance(error, BaseException):
        return first_line(error)[:500]
    return str(error or "its process was killed").partition("\n")[0][:500]
