"""mapped: the mapped instances of a task -> how each of them ended, and what each returned."""

from collections.abc import Sequence
from typing import Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals.errors import SEE_FAILED_TASK


def states_by_name(
    context: Any, task_id: str, names: Sequence[str] | None
) -> dict[str, str | None]:
    """How each of the mapped instances of a task ended, by what it was mapped over.

    Raises:
        AirflowFailException: a task before it failed, so there are none.
        AirflowSkipException: it was mapped over nothing.
    """
    run_id = context["run_id"]
    states = context["ti"].get_task_states(context["dag"].dag_id, run_ids=[run_id])[run_id]
    if names:
        return {name: states.get(f"{task_id}_{index}") for index, name in enumerate(names)}
    if {"failed", "upstream_failed"} & set(states.values()):
        raise AirflowFailException(f"there is nothing to report: {SEE_FAILED_TASK}")
    raise AirflowSkipException("there is nothing to report")


def results_of(context: Any, task_id: str) -> list[Any]:
    """What the mapped instances of a task returned, without those that returned nothing.

    Asked for as one of several tasks: of a single task Airflow hands over the value itself, and no
    list, where just one instance has returned something.
    """
    found = context["ti"].xcom_pull(task_ids=[task_id])
    return [one for one in found if one is not None]
