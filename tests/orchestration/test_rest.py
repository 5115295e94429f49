"""The command line's side: what it says when something is wrong, and how it prints tables.

Runs that really go through Airflow are in tests/e2e.
"""

from datetime import date

import pytest

from vitals import settings
from vitals.orchestration import dag_runs, rest
from vitals.orchestration.demo import format_table


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


def test_a_table_is_aligned_and_null_is_empty():
    rows = [("a", date(2025, 1, 2), 12, 61.25, None), ("longer", date(2025, 1, 3), 3, None, True)]
    assert format_table(["name", "day", "n", "bpm", "ok"], rows) == [
        "name    day          n   bpm  ok",
        "------  ----------  --  ----  ---",
        "a       2025-01-02  12  61.2",
        "longer  2025-01-03   3        yes",
    ]


def test_a_table_without_rows_is_its_head():
    assert format_table(["name"], []) == ["name", "----"]
