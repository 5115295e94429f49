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
from typing import Any

from vitals import settings
from vitals.embedded.airflow import USER

FINISHED = ("success", "failed")
# States of a task that will not change without a further event.
_DONE = {"success", "failed", "skipped", "upstream_failed", "removed"}
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
    return Airflow(given.airflow_url, USER, given.secrets.airflow_password)


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
    behind = False
    while True:
        # The state first: when it says the run has ended, the tasks read after it are the last.
        state = airflow.run(dag_id, run_id)["state"]
        tasks = airflow.tasks(dag_id, run_id)
        if state == "queued" and not behind and time.monotonic() - begun > 10:
            behind = True
            report(f"{dag_id}: waiting for an earlier run of this DAG to end")
        for task in _news(tasks, told):
            report(_task_line(task, time.monotonic() - begun))
        if state in FINISHED:
            break
        time.sleep(_POLL_SECONDS)
    for task in tasks:
        if task["state"] == "failed":
            _report_log(airflow, task, report)
    report(f"{dag_id}: {state} after {time.monotonic() - begun:.0f} s")
    return state


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


def _news(tasks: list[dict[str, Any]], told: set[tuple[str, int, str]]) -> Iterator[dict[str, Any]]:
    """Tasks whose state is worth a line and was not told before, in the order they ended."""
    for task in sorted(tasks, key=lambda task: task["end_date"] or ""):
        mark = (task["task_id"], task["try_number"], task["state"] or "")
        if task["state"] in _DONE | {"up_for_retry"} and mark not in told:
            told.add(mark)
            yield task


def _task_line(task: dict[str, Any], seconds: float) -> str:
    took = f"{task['duration']:6.1f} s" if task["duration"] else ""
    state = task["state"].replace("_", " ")
    return f"{seconds:5.0f} s  {task['task_id']:<34} {state:<16} {took}".rstrip()


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
        yield str(entry.get("event", "")).rstrip()
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
    return f"Airflow refuses {method} {path}: {detail} (HTTP {error.code})"


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
