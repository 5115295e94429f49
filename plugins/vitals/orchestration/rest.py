"""Airflow's REST API -> what runs there, as plain values: the client of `make dag` and the demo.

Only the standard library, so that the command answers at once; the `airflow` command takes 8
seconds to start.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vitals import settings
from vitals.errors import ExpectedError
from vitals.settings import AIRFLOW_USER

_PREAMBLE_LOGGERS = ("airflow.dag_processing", "airflow.models.dagbag")


class AirflowError(ExpectedError):
    """Airflow cannot be reached or refuses; the message says in one line what to do."""


class NotFoundError(AirflowError):
    """Airflow does not know what was asked for."""


class Airflow:
    """The REST API of a running Airflow."""

    def __init__(self, url: str, user: str, password: str) -> None:
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

    def dags(self) -> list[dict[str, Any]]:
        """All DAGs that were read, in alphabetical order of their ids."""
        return sorted(self._pages("/dags", "dags"), key=lambda dag: dag["dag_id"])

    def dag_ids(self) -> list[str]:
        """Their ids."""
        return [dag["dag_id"] for dag in self.dags()]

    def is_paused(self, dag_id: str) -> bool:
        """Whether a DAG waits for somebody to switch it on."""
        return self.call("GET", f"/dags/{_quoted(dag_id)}")["is_paused"]

    def due_since(self, dag_id: str) -> datetime | None:
        """When the next run of a DAG's schedule begins, or would have begun; None without one."""
        due = self.call("GET", f"/dags/{_quoted(dag_id)}")["next_dagrun_run_after"]
        return datetime.fromisoformat(due) if due else None

    def parameters(self, dag_id: str) -> list[str]:
        """The names of the parameters that a run of a DAG takes."""
        return list(self.call("GET", f"/dags/{_quoted(dag_id)}/details")["params"])

    def followers(self, dag_id: str) -> list[str]:
        """The DAGs that follow a DAG by assets, the ones that follow those, and so on."""
        assets = self.call("GET", "/assets?limit=1000")["assets"]
        found = [dag_id]
        for producer in found:  # grows meanwhile
            for asset in assets:
                if any(task["dag_id"] == producer for task in asset["producing_tasks"]):
                    followers = [dag["dag_id"] for dag in asset["scheduled_dags"]]
                    found += [name for name in followers if name not in found]
        return found[1:]

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run by its schedule and by its assets."""
        self.call("PATCH", f"/dags/{_quoted(dag_id)}", {"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Let a DAG start no more runs."""
        self.call("PATCH", f"/dags/{_quoted(dag_id)}", {"is_paused": True})

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
        path = f"/dags/{_quoted(dag_id)}/dagRuns/{_quoted(run_id)}/taskInstances"
        return self._pages(path, "task_instances")

    def log_lines(self, task: dict[str, Any]) -> list[str]:
        """The log of a task's latest try."""
        return list(_log_text(self._log(task)))

    def own_lines(self, task: dict[str, Any]) -> list[str]:
        """What a task's latest try itself has logged, without Airflow's preamble and its error."""
        return list(_log_text([entry for entry in self._log(task) if _is_own(entry)]))

    def error(self, task: dict[str, Any]) -> str:
        """The error of a task's latest try, whole but without its causes; empty if none is told."""
        told = [text for entry in self._log(task) if (text := _why(entry))]
        return told[-1] if told else ""

    def failure(self, task: dict[str, Any]) -> str:
        """Why a task's latest try failed or skipped, in one line; empty if its log is silent."""
        return self.error(task).partition("\n")[0]

    def _log(self, task: dict[str, Any]) -> list[Any]:
        run = f"/dags/{_quoted(task['dag_id'])}/dagRuns/{_quoted(task['dag_run_id'])}"
        name = f"{run}/taskInstances/{_quoted(task['task_id'])}/logs/{task['try_number']}"
        path = f"{name}?map_index={task['map_index']}&full_content=true"
        return self.call("GET", path)["content"]

    def _pages(self, path: str, key: str) -> list[dict[str, Any]]:
        """All items of a list; Airflow gives out 100 at a time."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", f"{path}?limit=100&offset={len(found)}")
            found += page[key]
            if not page[key] or len(found) >= page["total_entries"]:
                return found

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


def _log_text(content: list[Any]) -> Iterator[str]:
    for entry in content:
        if isinstance(entry, str):
            yield entry
            continue
        reason = f": {entry['reason']}" if entry.get("reason") else ""
        yield str(entry.get("event", "")).rstrip() + reason
        for error in entry.get("error_detail") or []:
            yield _error_text(error)


def _is_own(entry: Any) -> bool:
    """Whether an entry of a log says what the task did, and not how Airflow started it."""
    if not isinstance(entry, dict):
        return True
    event, logger = str(entry.get("event", "")), str(entry.get("logger") or "")
    if event.startswith(("::group::", "::endgroup::")) or logger.startswith(_PREAMBLE_LOGGERS):
        return False
    if not logger and "/attempt=" in event and event.endswith(".log"):
        return False  # the file that the log was read from
    if entry.get("error_detail"):
        return False
    return not (logger == "task" and str(entry.get("level")) in ("info", "debug"))


def _why(entry: Any) -> str:
    """The reason that an entry of a log gives, if it is one that gives a reason."""
    if not isinstance(entry, dict):
        return ""
    if entry.get("error_detail"):
        return _error_text(entry["error_detail"][0])
    return str(entry.get("reason") or "")


def _error_text(error: dict[str, Any]) -> str:
    return f"{error.get('exc_type')}: {error.get('exc_value')}"


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
    if error.code >= 500:
        reason = detail.get("reason", "") if isinstance(detail, dict) else error.reason
        return f"Airflow is in trouble ({reason or error.reason}): see `make status`"
    # Schema errors go on with the whole schema; the first line says what is wrong.
    reason = str(detail).strip().partition("\n")[0]
    return f"Airflow refuses {method} {path}: {reason} (HTTP {error.code})"


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
