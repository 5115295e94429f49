"""Which DAGs run by themselves: one for as long as it is tried, or all of them for good.

Airflow starts no task of a DAG that is switched off (paused), also not of a run that was started by
hand, and an installation without containers begins with all DAGs off.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import PurePath

from vitals.orchestration.rest import Airflow, AirflowError
from vitals.progress import Progress
from vitals.settings import PROJECT

_UNFINISHED = ("queued", "running")
_POLL_SECONDS = 1.0
# For a run that the schedule begins beside the one by hand. One that waits for news takes longer.
_PATIENCE_SECONDS = 60.0
_READING_SECONDS = 120.0


@contextmanager
def switched_on(airflow: Airflow, dag_id: str, report: Progress) -> Iterator[None]:
    """Have a DAG on until its run has ended, for what shall change nothing, nor the schedule.

    To be entered after the run was started, so that of two callers the one who ends first does not
    switch off the other one's run.

    Args:
        airflow: where.
        dag_id: which DAG.
        report: takes the lines to show.
    """
    try:
        was_off = airflow.is_paused(dag_id)
        if was_off:
            airflow.unpause(dag_id)
    except (AirflowError, KeyboardInterrupt):
        report(f"{dag_id} may be off, and its run waits: `vitals schedule on {dag_id}` to have it")
        raise
    if not was_off:
        yield
        return
    try:
        yield
        _wait_for_other_runs(airflow, dag_id, report)
    finally:
        _switch_off_again(airflow, dag_id, report)


def switch_on(airflow: Airflow, dag_id: str, report: Progress) -> None:
    """Switch on a DAG for good, and what follows it by assets.

    In a DAG that is off, runs started in the web page wait, and so do tasks that are cleared;
    without its followers a run would not reach `agg`.
    """
    off = [name for name in (dag_id, *airflow.followers(dag_id)) if airflow.is_paused(name)]
    for name in off:
        airflow.unpause(name)
    if off:
        report(f"switched on: {', '.join(off)}")


def refuse_a_due_run(airflow: Airflow, dag_id: str) -> None:
    """Keep what shall only be tried from starting a real run.

    A DAG that ran by its schedule and was switched off begins with the last run that it missed.

    Raises:
        AirflowError: the DAG is off, and a run of its schedule would begin with it.
    """
    due = airflow.due_since(dag_id)
    if due and due < datetime.now(UTC) and airflow.is_paused(dag_id):
        raise AirflowError(
            f"{dag_id} is off, and the run of its schedule of {due:%Y-%m-%d %H:%M} UTC would begin "
            f"with a dry run: `vitals schedule on {dag_id}` if it may, and then again"
        )


def switch(airflow: Airflow, on: bool, names: Sequence[str], report: Progress) -> None:
    """Let DAGs run by themselves, or by hand only.

    Args:
        airflow: where.
        on: which of both.
        names: DAGs; without any, all that have a schedule.
        report: takes the lines to show.

    Raises:
        AirflowError: there is no such DAG, or Airflow cannot read a file of them.
    """
    unread = _wait_for_dags(airflow)
    has_schedule = {dag["dag_id"]: dag["timetable_summary"] is not None for dag in airflow.dags()}
    for name in names:
        if name not in has_schedule:
            raise AirflowError(f"there is no DAG {name!r}; there are: {', '.join(has_schedule)}")
    for name in names or [name for name, has in has_schedule.items() if has]:
        (airflow.unpause if on else airflow.pause)(name)
        report(f"{name:<28} {'on' if on else 'off'}")
    if unread:
        raise AirflowError(
            f"Airflow has not read {', '.join(unread)}: see the import errors at "
            f"{airflow.url}/dags, and do this again"
        )


def off_by_schedule(airflow: Airflow) -> tuple[int, int]:
    """How many DAGs with a schedule are switched off, and how many there are."""
    scheduled = [dag for dag in airflow.dags() if dag["timetable_summary"] is not None]
    return sum(dag["is_paused"] for dag in scheduled), len(scheduled)


def _wait_for_other_runs(airflow: Airflow, dag_id: str, report: Progress) -> None:
    begun = time.monotonic()
    told = False
    while _has_unfinished(airflow, dag_id) and time.monotonic() - begun < _PATIENCE_SECONDS:
        if not told:
            report(f"waiting for another run of {dag_id} before it is switched off again")
            told = True
        time.sleep(_POLL_SECONDS)


def _switch_off_again(airflow: Airflow, dag_id: str, report: Progress) -> None:
    """Switch a DAG off, unless that would keep a run of it from ending."""
    try:
        airflow.pause(dag_id)
        # Looked at afterwards: whoever starts a run from now on finds the DAG off.
        if not _has_unfinished(airflow, dag_id):
            report(f"{dag_id} is off again, as before; `make schedule` lets all run by themselves")
            return
        airflow.unpause(dag_id)
    except AirflowError:
        report(f"{dag_id} may still be on: `vitals schedule off {dag_id}`")
        return
    report(
        f"{dag_id} stays on, or its run would not end: `vitals schedule off {dag_id}` afterwards"
    )


def _has_unfinished(airflow: Airflow, dag_id: str) -> bool:
    return any(airflow.runs(dag_id, state, limit=1) for state in _UNFINISHED)


def _wait_for_dags(airflow: Airflow) -> list[str]:
    """Give Airflow time to read every file after its start; returns those that it has not."""
    deadline = time.monotonic() + _READING_SECONDS
    wanted = {path.name for path in (PROJECT / "dags").glob("*.py")}
    while True:
        read = {PurePath(dag["fileloc"]).name for dag in airflow.dags()}
        if wanted <= read or time.monotonic() > deadline:
            return sorted(wanted - read)
        time.sleep(_POLL_SECONDS)
