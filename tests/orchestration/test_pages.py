"""The page "Vitals" from a real warehouse: what it shows, what it says when there is nothing."""

import re

import psycopg
import pytest

from vitals.accounts import store
from vitals.accounts.exchange import TokenAnswer
from vitals.accounts.vault import Vault
from vitals.monitoring.books import note_failed_run
from vitals.orchestration import pages
from vitals.orchestration.pages import app
from vitals.orchestration.pages.data_flow import DagState, Layer
from vitals.orchestration.pages.overview import read_overview
from vitals.warehouse import WarehouseError

HOSTILE = "<script>alert(1)</script>"


def page(dsn: str) -> str:
    overview = read_overview(dsn, {})
    return app._page("overview.html", flow=[], overview=overview).body.decode()


def test_an_empty_warehouse_says_what_to_do(warehouse_dsn):
    text = page(warehouse_dsn)
    assert "Nothing has been loaded yet" in text and "make demo" in text
    assert "Freshness" not in text


def test_everything_is_shown_and_nothing_is_markup(warehouse_dsn):
    with psycopg.connect(warehouse_dsn) as connection:
        (load_id,) = connection.execute(
            "insert into raw.loads (source, resource, mode, run_id, status, rows_read, rows_loaded,"
            " rows_rejected, days_touched, started_at, finished_at)"
            " values ('iot', 'steps', 'incremental', %s, 'done', 12346, 12345, 1, 2,"
            " now() - interval '3 minutes', now() - interval '2 minutes') returning load_id",
            [f"iot_master_dag/{HOSTILE}"],
        ).fetchone()
        connection.execute(
            "insert into raw.rejected_records (source, resource, record_id, field, reason, payload,"
            " load_id, record_hash) values ('iot', 'steps', 'r', %s, 'steps -1 is wrong', '{}',"
            " %s, '')",
            [HOSTILE, load_id],
        )
    vault = Vault("GTqD0eE2u6mhFLk-F6Y8LODFUYy6HKKmdTvTIqcjdEY=")
    tokens = TokenAnswer("a", None, refresh_token="r")
    store.connect_account(warehouse_dsn, vault, "fitbit", "p0001", tokens, "u")
    values = {"account_id": "fitbit:p0001", "state": "revoked", "error": "withdrawn"}
    with psycopg.connect(warehouse_dsn) as connection:
        connection.execute(store.statement("set_state"), values)
    note_failed_run(warehouse_dsn, "fitbit_raw_extract", "r1", "extract", HOSTILE)
    text = page(warehouse_dsn)
    assert HOSTILE not in text and "&lt;script&gt;alert(1)" in text
    assert ">12,345<" in text and "60 s" in text
    assert 'href="dags/iot_master_dag/runs/%3Cscript%3E' in text
    assert "vitals connect fitbit --participant p0001" in text
    assert "fitbit_raw_extract failed" in text


LOAD = """
insert into raw.loads
(source, resource, account_id, mode, status, days_touched, error, started_at, finished_at)
select 'iot', %s, %s, 'incremental', %s, 1, 'no network', now() - ago, now() - ago
from make_interval(hours => %s) as ago
"""


def load(dsn: str, resource: str, status: str, hours_ago: int, account: str | None = None) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(LOAD, [resource, account, status, hours_ago])


def notice(dsn: str) -> str:
    """The words of the box at the top."""
    text = page(dsn).partition('<section class="notice')[2].partition("</section>")[0]
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def test_failed_loads_are_told_until_they_are_made_good(warehouse_dsn):
    load(warehouse_dsn, "heart_rates", "done", 1)
    load(warehouse_dsn, "steps", "failed", 30, "a")
    load(warehouse_dsn, "steps", "done", 29, "b")
    said = notice(warehouse_dsn)
    assert "Nothing needs a person yet" in said and "All is well" not in said
    assert "iot: 1 load failed at" in said and "not tried again yet: still to be done" in said
    assert "steps: no network" in said
    load(warehouse_dsn, "sleeps", "failed", 3)
    load(warehouse_dsn, "sleeps", "running", 2)
    assert re.search(
        r"2 loads failed, the last at [\d: -]+ UTC, tried again at [\d: -]+ UTC: still to be done",
        notice(warehouse_dsn),
    )
    load(warehouse_dsn, "sleeps", "done", 1)
    assert "UTC: 1 still to be done" in notice(warehouse_dsn)
    load(warehouse_dsn, "steps", "done", 1, "a")
    said = notice(warehouse_dsn)
    # What failed before yesterday's report and was made good is no news.
    assert "All is well" in said and "iot: 1 load failed at" in said and "UTC: done" in said


def test_checks_that_never_ran_are_named(warehouse_dsn):
    load(warehouse_dsn, "steps", "done", 1)
    assert "No check has run yet" in page(warehouse_dsn)


def test_a_paused_dag_keeps_its_last_result():
    paused = DagState("fitbit_raw_extract", True, "r", "failed", None)
    text = app._page("unreachable.html", flow=[Layer("raw", [paused])], problem="").body.decode()
    assert '<span class="state paused">paused</span>' in text
    assert '<span class="state failed">failed</span>' in text


def test_a_warehouse_that_is_down_is_an_error_of_one_line(free_port):
    with pytest.raises(WarehouseError, match="cannot open the warehouse 127.0.0.1"):
        read_overview(f"postgresql://vitals:secret@127.0.0.1:{free_port()}/vitals", {})
    answer = app._page("unreachable.html", status=503, flow=[], problem="cannot open it")
    assert answer.status_code == 503
    assert "cannot open it" in answer.body.decode() and "make status" in answer.body.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_entry_and_its_links(monkeypatch):
    monkeypatch.setenv("VITALS_DASHBOARD_URL", "https://vitals.example.org")
    entries = {entry["name"]: entry for entry in pages.navigation()}
    assert entries["Vitals"]["href"].endswith("/vitals/")
    assert entries["Health dashboard"]["href"] == "https://vitals.example.org"
    assert entries["Health data API"]["href"].endswith("/docs")
