"""One DAG run, started, watched and judged: what `make dag` does."""

import sys
import time
import urllib.parse
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vitals.errors import SEE_FAILED_TASK
from vitals.orchestration.rest import Airflow, AirflowError, connect
from vitals.orchestration.schedules import refuse_a_due_run, switch_on, switched_on
from vitals.progress import Progress, say

FINISHED = ("success", "failed")
# States of a task that get a line: the good ones and those to act on. Of mapped tasks also the
# skipped ones, because each stands for somebody.
_TOLD = {"success", "failed", "up_for_retry"}
_TOLD_OF_MAPPED = {*_TOLD, "skipped"}
_EXPLAINED = {"up_for_retry", "skipped"}
_POLL_SECONDS = 1.0
_LOG_LINES = 8

Mark = tuple[str, int, int, str]


def run_dag(dag_id: str, conf: dict[str, Any]) -> int:
    """Run one DAG to its end and show how it goes.

    Waits for its own run only, also if that one has to wait behind another. Interrupting it
    leaves the run to Airflow.

    Args:
        dag_id: which DAG. It is switched on, as are the DAGs that follow it; for a dry run only
            as long as that takes.
        conf: its parameters.

    Returns:
        0 if the run succeeded, 1 if it failed or could not be started.
    """
    try:
        airflow = connect()
        known = airflow.dag_ids()
        if not known:
            raise AirflowError("Airflow is still reading the DAGs: try again in a minute")
        if dag_id not in known:
            raise AirflowError(f"there is no DAG {dag_id!r}; there are: {', '.join(known)}")
        _refuse_unknown(airflow.parameters(dag_id) if conf else [], conf)
        if conf.get("dry_run"):
            refuse_a_due_run(airflow, dag_id)
        else:
            switch_on(airflow, dag_id, say)
        run_id = airflow.trigger(dag_id, conf)
        say(f"{dag_id}: {airflow.url}/dags/{dag_id}/runs/{urllib.parse.quote(run_id)}")
        with switched_on(airflow, dag_id, say):
            return 0 if _watch_until_told(airflow, dag_id, run_id) == "success" else 1
    except AirflowError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _watch_until_told(airflow: Airflow, dag_id: str, run_id: str) -> str:
    try:
        return watch(airflow, dag_id, run_id, say)
    except KeyboardInterrupt:
        print("\nno longer watching; the run goes on in Airflow", file=sys.stderr)
        raise


def _refuse_unknown(known: list[str], conf: dict[str, Any]) -> None:
    """Airflow itself ignores a parameter that a DAG does not have, such as a misspelt one."""
    for name in conf:
        if name not in known:
            raise AirflowError(f"there is no parameter {name!r}; there are: {', '.join(known)}")


def watch(airflow: Airflow, dag_id: str, run_id: str, report: Progress) -> str:
    """Report each task as it ends until the run has ended, and the log of what failed.

    Returns:
        The state of the run: "success" or "failed".
    """
    begun = time.monotonic()
    told: set[Mark] = set()
    queued = False
    while True:
        # The run first: when it says that it has ended, the tasks read after it are the last.
        run = airflow.run(dag_id, run_id)
        tasks = airflow.tasks(dag_id, run_id)
        if run["state"] == "queued" and not queued and time.monotonic() - begun > 10:
            queued = True
            report("waiting for an earlier run of this DAG to end")
        for task in _news(tasks, told):
            report(_task_line(task, _seconds(run["start_date"], task["end_date"])))
            if task["state"] in _EXPLAINED:
                report(f"         {airflow.failure(task) or 'its log does not say why'}")
        if run["state"] in FINISHED:
            break
        time.sleep(_POLL_SECONDS)
    _report_unfinished(airflow, tasks, report)
    skipped = sum(task["state"] == "skipped" for task in tasks)
    seconds = _seconds(run["start_date"], run["end_date"])
    report(
        f"{dag_id}: {run['state']} after {seconds:.0f} s"
        + (f", {skipped} task{'s' if skipped > 1 else ''} had nothing to do" if skipped else "")
    )
    return run["state"]


def finished_runs(airflow: Airflow, dag_id: str) -> set[str]:
    """Ids of the runs of a DAG that have ended."""
    return {run["dag_run_id"] for run in airflow.runs(dag_id) if run["state"] in FINISHED}


def watch_new_runs(airflow: Airflow, dag_id: str, known: set[str], report: Progress) -> list[str]:
    """Follow a DAG until no asset event waits for it and none of its runs is left.

    The event that starts a run is registered at the moment its publisher succeeds, so once that
    one has ended there is no gap in which nothing waits and nothing runs.

    Args:
        airflow: where.
        dag_id: which DAG.
        known: runs that are not to be followed.
        report: takes the lines to show.

    Returns:
        The states of the runs that were followed.
    """
    states = []
    done = set(known)
    while True:
        waiting = airflow.has_queued_events(dag_id)
        new = [run["dag_run_id"] for run in airflow.runs(dag_id) if run["dag_run_id"] not in done]
        for run_id in reversed(new):
            report(f"\n{dag_id}")
            states.append(watch(airflow, dag_id, run_id, report))
        done.update(new)
        if not waiting and not new:
            return states
        time.sleep(_POLL_SECONDS)


def _news(tasks: list[dict[str, Any]], told: set[Mark]) -> Iterator[dict[str, Any]]:
    """Tasks whose state is worth a line and was not told before, in the order they ended."""
    for task in sorted(tasks, key=lambda task: task["end_date"] or ""):
        mark = (task["task_id"], task["map_index"], task["try_number"], task["state"] or "")
        worth = _TOLD if task["map_index"] < 0 else _TOLD_OF_MAPPED
        if task["state"] in worth and task["operator_name"] != "EmptyOperator" and mark not in told:
            told.add(mark)
            yield task


def _task_line(task: dict[str, Any], seconds: float) -> str:
    state = "failed, will be tried again" if task["state"] == "up_for_retry" else task["state"]
    took = task["duration"] or 0
    return f"{seconds:5.0f} s  {_name(task):<28} {state:<8} ({took:.1f} s)"


def _name(task: dict[str, Any]) -> str:
    """A task as people know it; a mapped one with what it stands for, such as a participant."""
    if task["map_index"] < 0:
        return task["task_display_name"]
    return f"{task['task_display_name']} {task['rendered_map_index'] or task['map_index']}"


def _seconds(start: str | None, end: str | None) -> float:
    if not start or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _report_unfinished(airflow: Airflow, tasks: list[dict[str, Any]], report: Progress) -> None:
    """Why tasks failed, were not reached, or skipped."""
    for task in tasks:
        if task["state"] == "failed":
            _report_failure(airflow, task, report)
    if unreached := [_name(task) for task in tasks if task["state"] == "upstream_failed"]:
        report(f"not run, because another task failed: {', '.join(unreached)}")
    skips: dict[str, list[str]] = {}
    for task in tasks:
        # Mapped ones were told with their reason; one that never began skipped after another.
        skipped = task["state"] == "skipped" and task["map_index"] < 0 and task["try_number"]
        if skipped and (why := _why(airflow, task)):
            skips.setdefault(why, []).append(_name(task))
    for why, names in skips.items():
        report(f"{', '.join(names)}: {why}")


def _why(airflow: Airflow, task: dict[str, Any]) -> str:
    """Why a task skipped; empty if that cannot be read."""
    try:
        return airflow.failure(task)
    except AirflowError:
        return ""


def _report_failure(airflow: Airflow, task: dict[str, Any], report: Progress) -> None:
    """What a failed task did last, and its error; one line if it failed because another did."""
    try:
        error, lines = airflow.error(task), airflow.own_lines(task)[-_LOG_LINES:]
        if not (error or lines):  # how far Airflow came with it is all there is
            lines = airflow.log_lines(task)[-_LOG_LINES:]
    except AirflowError as problem:
        error, lines = f"its log cannot be read: {problem}", []
    if error.endswith(SEE_FAILED_TASK):
        report(f"{_name(task)} failed only because another task did")
        return
    report(f"\n{_name(task)} failed:")
    for line in (*lines, *error.splitlines()):
        report(f"    {line}")
    report("")
