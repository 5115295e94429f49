"""The command line's side: what it says when something is wrong.

Runs that really go through Airflow are in tests/e2e.
"""

import pytest

from vitals import settings
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
