"""The warehouse -> checked, a report in the log, and only then red if something must not be.

The tasks of the DAG data_quality. What a check finds is a result and no error: the task that
carries them out fails only if dbt cannot. Whether the data is well is said by the last two tasks,
which somebody sees in red who has only Airflow's web page.
"""

import logging
from typing import Any

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from vitals import settings
from vitals.orchestration.connections import warehouse_dsn

log = logging.getLogger(__name__)

PARAMS = {
    "everything": Param(
        False,
        type="boolean",
        title="Look at everything",
        description="Check every row of large tables, and not only what was loaded since the last "
        "run in which no check failed. Takes as long as the history is.",
    ),
}


@task(task_id="check")
def check() -> dict[str, int]:
    """Carry out all checks and keep what they found; returns how many ended how."""
    from collections import Counter

    from vitals.orchestration.data_tests import run_tests
    from vitals.quality import settings as quality
    from vitals.quality import store

    context, given, dsn = get_current_context(), settings.load(), warehouse_dsn()
    run_id = str(context["run_id"])
    scope = store.start_run(dsn, run_id, everything=bool(context["params"].get("everything")))
    results = run_tests(dsn, given, scope)
    store.finish_run(dsn, run_id, results)
    store.tidy(dsn, quality.read(given.environment))
    return dict(Counter(result.status for result in results))


@task(task_id="report")
def report() -> None:
    """Write what was found to the log: checks, where the failing rows are, freshness, loads."""
    from vitals.monitoring.books import open_books
    from vitals.orchestration import quality_report
    from vitals.quality import store

    dsn = warehouse_dsn()
    run = store.newest_run(dsn, str(get_current_context()["run_id"]))
    if not run:
        raise AirflowFailException("the results are gone: clear the task `check`")
    with open_books(dsn) as books:
        sources = books.sources()
    results = store.read_results(dsn, run.run_id)
    for line in quality_report.report(run, results, sources, store.reconcile(dsn, run)):
        log.info(line)


@task(task_id="checks_passed")
def checks_passed() -> None:
    """Fail if a check of severity error found something; trying again would find the same."""
    from vitals.orchestration import quality_report
    from vitals.quality import store

    run_id = str(get_current_context()["run_id"])
    problem = quality_report.failure(store.read_results(warehouse_dsn(), run_id))
    if problem:
        raise AirflowFailException(problem)


# Not noted among the failed runs: the nightly report tells of stale sources itself, and once.
@task(task_id="sources_fresh", on_failure_callback=None)
def sources_fresh() -> dict[str, str]:
    """Fail if a source is overdue; a stale one is a warning in the log. Returns their states."""
    from vitals.monitoring.books import open_books

    with open_books(warehouse_dsn()) as books:
        states = {source.source: source.state for source in books.sources()}
    overdue = [name for name, state in states.items() if state == "overdue"]
    for name, state in states.items():
        log.log(logging.WARNING if state == "stale" else logging.INFO, "%s: %s", name, state)
    if overdue:
        raise AirflowFailException(f"nothing new for too long from {', '.join(overdue)}")
    return states


def chain_of_tasks() -> Any:
    """Check, report, then say how it is."""
    return check() >> report() >> [checks_passed(), sources_fresh()]
