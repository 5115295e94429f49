"""The command line's side: what it says when something is wrong.

Runs that really go through Airflow are in tests/e2e.
"""

import pytest

from vitals import settings
from vitals.errors import SEE_FAILED_TASK
from vitals.orchestration import dag_runs, rest


def test_airflow_that_is_not_there_is_one_clear_line(free_port):
    airflow = rest.Airflow(f"http://127.0.0.1:{free_port()}", "admin", "secret")
    with pytest.raises(rest.AirflowError, match=r"does not answer .* start it with `make up`"):
        airflow.dag_ids()


def test_run_dag_fails_without_airflow(free_port, monkeypatch, capsys):
    monkeypatch.setenv("VITALS_AIRFLOW_PORT", str(free_port()))
    assert dag_runs.run_dag("iot_master_dag", {}) == 1
    output = capsys.readouterr()
    assert output.err.count("\n") == 1
    assert "make up" in output.err


def test_settings_lead_to_the_embedded_airflow(make_settings):
    given: settings.Settings = make_settings()
    airflow = rest.connect(given)
    assert airflow.url == f"http://127.0.0.1:{given.ports.airflow}"


PREAMBLE = [
    {"event": "::group::Log message source details"},
    {"event": "/logs/dag_id=d/run_id=r/task_id=extract/attempt=1.log"},
    {"event": "::endgroup::"},
    {"event": "::group::Pre Execute", "logger": "task", "level": "info"},
    {"event": "Filling up the DagBag", "logger": "airflow.dag_processing.dagbag.BundleDagBag"},
    {"event": "Worker startup parse complete", "logger": "task", "level": "info"},
    {"event": "::endgroup::", "logger": "task", "level": "info"},
]


class Recorded(rest.Airflow):
    """An Airflow that answers with what a real one has answered; only the network is left out."""

    def __init__(self, logs: dict[str, list], states: dict[str, str]) -> None:
        super().__init__("http://127.0.0.1", "admin", "secret")
        self.logs, self.states = logs, states

    def call(self, method: str, path: str, body: object = None) -> object:
        """One run with its tasks, and their logs."""
        if "/logs/" in path:
            return {"content": self.logs[path.split("/taskInstances/")[1].split("/")[0]]}
        if "/taskInstances" not in path:
            return {"state": "failed", "start_date": None, "end_date": None}
        tasks = [self._task(name, state) for name, state in self.states.items()]
        return {"task_instances": tasks, "total_entries": len(tasks)}

    def _task(self, name: str, state: str) -> dict[str, object]:
        return {
            "dag_id": "d", "dag_run_id": "r", "task_id": name, "task_display_name": name,
            "map_index": -1, "rendered_map_index": None, "state": state, "end_date": None,
            "try_number": int(state != "upstream_failed"), "duration": 1.0,
            "operator_name": "_PythonDecoratedOperator",
        }  # fmt: skip


def failed(*causes: tuple[str, str]) -> dict[str, object]:
    detail = [{"exc_type": kind, "exc_value": value} for kind, value in causes]
    return {"event": "Task failed with exception", "logger": "task", "level": "error"} | {
        "error_detail": detail
    }


def test_a_failed_run_shows_the_error_without_the_preamble():
    own = {"event": "reading documents", "logger": "vitals.orchestration.extract", "level": "info"}
    logs = {
        "extract": [*PREAMBLE, own, failed(("SourceError", "no store"), ("Timeout", "Topology"))],
        "report": [*PREAMBLE, failed(("AirflowFailException", f"nothing: {SEE_FAILED_TASK}"))],
        "channels": [*PREAMBLE, {"event": "Skipping task.", "logger": "task", "reason": "no one"}],
    }
    states = {"extract": "failed", "report": "failed", "publish": "upstream_failed"}
    airflow = Recorded(logs, {**states, "channels": "skipped"})
    said: list[str] = []
    assert dag_runs.watch(airflow, "d", "r", said.append) == "failed"
    told = [line for line in said if "(1.0 s)" not in line]
    assert told == [
        "\nextract failed:", "    reading documents", "    SourceError: no store", "",
        "report failed only because another task did",
        "not run, because another task failed: publish",
        "channels: no one",
        "d: failed after 0 s, 1 task had nothing to do",
    ]  # fmt: skip
