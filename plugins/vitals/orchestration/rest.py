"""Airflow's REST API -> one DAG run, started, watched and judged: what `make dag` does.

Only the standard library, so that the command answers at once; the `airflow` command takes 8
seconds to start.
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from vitals import settings
from vitals.settings import AIRFLOW_USER

FINISHED = ("success", "failed")
# States of a task that get a line: the good ones and those to act on.
_TOLD = {"success", "failed", "up_for_retry"}
_POLL_SECONDS = 1.0

Report = Callable[[str], None]


class AirflowError(RuntimeError):
    """Airflow cannot be reached or refuses; the message says in one line what to do."""


class NotFoundError(AirflowError):
    """Airflow does not know what was asked for."""


class Airflow:
    """The REST API of a running Airflow."""

    def __init__(self, url: str, user: str, password: str):
        """Remembers where Airflow is; logs in with the first call."""
        self.url = url.rstrip("/")
        self._login = {"username": user, "password": password}
        self._token: str | None = None

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One request below /api/v2; returns the decoded answer.

        Raises:
            AirflowError: Airflow is not there, or refuses.
        """
        if self._token is None:
            self._token = self._send("POST", "/auth/token", self._login)["access_token"]
        return self._send(method, f"/api/v2{path}", body)

    def dag_ids(self) -> list[str]:
        """The ids of all DAGs, in alphabetical order."""
        found = self.call("GET", "/dags?limit=1000")["dags"]
        return sorted(dag["dag_id"] for dag in found)

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run by its schedule and by its assets."""
        self.call("PATCH", f"/dags/{_quoted(dag_id)}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run; returns its id."""
        body = {"logical_date": None, "conf": conf}
        return self.call("POST", f"/dags/{_quoted(dag_id)}/dagRuns", body)["dag_run_id"]

    def run(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """A run, with its `state`."""
        return self.call("GET", f"/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}")

    def runs(self, dag_id: str, state: str = "", limit: int = 50) -> list[dict[str, Any]]:
        """The latest runs of a DAG, newest first; only those in a state if one is given."""
        query = f"limit={limit}&order_by=-run_after" + (f"&state={state}" if state else "")
        return self.call("GET", f"/dags/{_quoted(dag_id)}/dagRuns?{query}")["dag_runs"]

    def has_queued_events(self, dag_id: str) -> bool:
        """Whether asset events wait to start a run of a DAG."""
        path = f"/dags/{_quoted(dag_id)}/assets/queuedEvents"
        try:
            return bool(self.call("GET", path)["total_entries"])
        except NotFoundError:  # that is how Airflow says that there are none
            return False

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run."""
        path = f"/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}/taskInstances?limit=1000"
        return self.call("GET", path)["task_instances"]

    def log_lines(self, task: dict[str, Any]) -> list[str]:
        """The log of a task's latest try."""
        run = f"/dags/{_quoted(task['dag_id'])}/dagRuns/{_quoted(task['dag_run_id'])}"
        name = f"{run}/taskInstances/{_quoted(task['task_id'])}/logs/{task['try_number']}"
        path = f"{name}?map_index={task['map_index']}&full_content=true"
        return list(_log_text(self.call("GET", path)["content"]))

    def _send(self, method: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Accept", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            kind = NotFoundError if error.code == 404 else AirflowError
            raise kind(_refusal(method, path, error)) from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise AirflowError(
                f"Airflow does not answer at {self.url} ({reason}): start it with `make up`"
            ) from None


def connect(given: settings.Settings | None = None) -> Airflow:
    """The embedded Airflow of the settings."""
    given = given or settings.load()
    return Airflow(given.airflow_url, AIRFLOW_USER, given.secrets.airflow_password)


def run_dag(dag_id: str, conf: dict[str, Any]) -> int:
    """Run one DAG to its end and show how it goes.

    Waits for its own run only, also if that one has to wait behind another. Interrupting it
    leaves the run to Airflow.

    Args:
        dag_id: which DAG; it is unpaused, since a paused one would never start.
        conf: its parameters.

    Returns:
        0 if the run succeeded, 1 if it failed or could not be started.
    """
    try:
        airflow = connect()
        known = airflow.dag_ids()
        if dag_id not in known:
            raise AirflowError(f"there is no DAG {dag_id!r}; there are: {', '.join(known)}")
        airflow.unpause(dag_id)
        run_id = airflow.trigger(dag_id, conf)
        say(f"{dag_id}: {airflow.url}/dags/{dag_id}/runs/{urllib.parse.quote(run_id)}")
        return 0 if watch(airflow, dag_id, run_id, say) == "success" else 1
    except AirflowError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nno longer watching; the run goes on in Airflow", file=sys.stderr)
        return 130


def watch(airflow: Airflow, dag_id: str, run_id: str, report: Report) -> str:
    """Report each task as it ends until the run has ended, and the log of what failed.

    Returns:
        The state of the run: "success" or "failed".
    """
    begun = time.monotonic()
    told: set[tuple[str, int, str]] = set()
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
        if run["state"] in FINISHED:
            break
        time.sleep(_POLL_SECONDS)
    for task in tasks:
        if task["state"] == "failed":
            _report_log(airflow, task, report)
    skipped = sum(task["state"] == "skipped" for task in tasks)
    seconds = _seconds(run["start_date"], run["end_date"])
    report(
        f"{dag_id}: {run['state']} after {seconds:.0f} s"
        + (f", {skipped} tasks had nothing to do" if skipped else "")
    )
    return run["state"]


def finished_runs(airflow: Airflow, dag_id: str) -> set[str]:
    """Ids of the runs of a DAG that have ended."""
    return {run["dag_run_id"] for run in airflow.runs(dag_id) if run["state"] in FINISHED}


def watch_new_runs(airflow: Airflow, dag_id: str, known: set[str], report: Report) -> list[str]:
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


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def _news(tasks: list[dict[str, Any]], told: set[tuple[str, int, str]]) -> Iterator[dict[str, Any]]:
    """Tasks whose state is worth a line and was not told before, in the order they ended."""
    for task in sorted(tasks, key=lambda task: task["end_date"] or ""):
        mark = (task["task_id"], task["try_number"], task["state"] or "")
        if task["state"] in _TOLD and task["operator_name"] != "EmptyOperator" and mark not in told:
            told.add(mark)
            yield task


def _task_line(task: dict[str, Any], seconds: float) -> str:
    state = "failed, will be tried again" if task["state"] == "up_for_retry" else task["state"]
    took = task["duration"] or 0
    return f"{seconds:5.0f} s  {task['task_display_name']:<28} {state:<8} ({took:.1f} s)"


def _seconds(start: str | None, end: str | None) -> float:
    if not start or not end:
        return 0.0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _report_log(airflow: Airflow, task: dict[str, Any], report: Report) -> None:
    report(f"\nlast lines of the log of {task['task_id']}:")
    try:
        lines = airflow.log_lines(task)
    except AirflowError as error:
        lines = [f"(cannot be read: {error})"]
    for line in lines[-25:]:
        report(f"    {line}")
    report("")


def _log_text(content: list[Any]) -> Iterator[str]:
    for entry in content:
        if isinstance(entry, str):
            yield entry
            continue
        reason = f": {entry['reason']}" if entry.get("reason") else ""
        yield str(entry.get("event", "")).rstrip() + reason
        for error in entry.get("error_detail") or []:
            yield f"{error.get('exc_type')}: {error.get('exc_value')}"


def _refusal(method: str, path: str, error: urllib.error.HTTPError) -> str:
    if error.code == 401:
        return (
            "Airflow refuses the login: was it started with another password? "
            "Run `make down` and `make up`"
        )
    text = error.read().decode(errors="replace")
    try:
        detail = json.loads(text).get("detail", text)
    except (json.JSONDecodeError, AttributeError):
        detail = text
    # Schema errors go on with the whole schema; the first line says what is wrong.
    reason = str(detail).strip().partition("\n")[0]
    return f"Airflow refuses {method} {path}: {reason} (HTTP {error.code})"


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
