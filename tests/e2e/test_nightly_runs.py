"""The DAGs of a provider, run by a real Airflow against the simulator: one story, told in order.

Two participants are connected to Google Health, and one of them has withdrawn consent. Runs after
test_iot_runs and before the pictures of test_pages.
"""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg
import pytest
import requests
from tests.e2e.conftest import PEOPLE
from tests.waiting import wait_until

from vitals.accounts.synthetic import connect_synthetic
from vitals.accounts.vault import Vault
from vitals.embedded.airflow_environment import metadata_dsn
from vitals.orchestration import dag_runs
from vitals.orchestration.demo import AGGREGATES
from vitals.simulator.truth import Truth
from vitals.simulator.truth.people import to_date, to_day
from vitals.simulator.truth.totals import day_totals

pytestmark = pytest.mark.slow

EXTRACT = "google_health_raw_extract"
STAGE = "iot_stage_transform"
WELL, REVOKED = "p0001", "p0002"


def simulator(stack, method: str, path: str, body: object = None) -> object:
    url = f"{stack.settings.simulator_url}/_simulator{path}"
    answer = requests.request(method, url, json=body, timeout=60)
    answer.raise_for_status()
    return answer.json()


def run(stack, dag_id: str, **conf: object) -> tuple[str, dict[tuple[str, str | None], dict]]:
    """A manual run: its state, and its tasks by name and what they are mapped over."""
    stack.airflow.unpause(dag_id)
    run_id = stack.airflow.trigger(dag_id, conf)
    state = dag_runs.watch(stack.airflow, dag_id, run_id, print)
    tasks = stack.airflow.tasks(dag_id, run_id)
    return state, {(task["task_id"], task["rendered_map_index"]): task for task in tasks}


def states(tasks: dict) -> dict:
    return {name: task["state"] for name, task in tasks.items()}


def follow(stack, dag_ids: tuple[str, ...], known: dict[str, set[str]]) -> None:
    for dag_id in dag_ids:
        followed = dag_runs.watch_new_runs(stack.airflow, dag_id, known[dag_id], print)
        assert followed and set(followed) == {"success"}


def requests_of(stack, participant: str) -> int:
    """How many requests of a participant's account the provider has seen."""
    query = f"?provider=google_health&account={int(participant.removeprefix('p'))}"
    return simulator(stack, "GET", f"/requests{query}")["total"]


@pytest.fixture(scope="module")
def secrets(stack) -> set[str]:
    """Connects both participants; what must not be found anywhere."""
    given = stack.settings
    # No watch syncs between two runs; windows of limits end by this clock, too.
    simulator(stack, "POST", "/clock", {"frozen": True})
    simulator(stack, "POST", "/settings", {"google_health": {"enforces_limits": False}})
    connect_synthetic(given.warehouse_dsn, given, ["google_health"])
    simulator(stack, "POST", "/tokens/revoke", {"provider": "google_health", "account": 2})
    client_secret = given.apis["google_health"].client_secret
    return {given.secrets.token_key, client_secret} | stored_tokens(stack)


def stored_tokens(stack) -> set[str]:
    vault = Vault(stack.settings.secrets.token_key)
    rows = stack.query("select access_token, refresh_token from accounts.tokens")
    return {vault.decrypt(token) for row in rows for token in row if token}


@pytest.fixture
def study(stack, secrets) -> Iterator[date]:
    """A study that began two days before the history that accounts are read for; its first day."""
    begin = datetime.now(UTC).date() - timedelta(days=stack.settings.history_days + 2)
    query = "insert into api.study_members values ('e2e', %s, default, %s) returning study"
    stack.query(query, WELL, begin)
    yield begin
    stack.query("delete from api.study_members where study = 'e2e' returning study")


def days_worn(first: date, last: date) -> list[date]:
    """On which days the participant who is well has worn the watch: not on all."""
    truth = Truth(seed=1, accounts=PEOPLE)
    view = truth.view(truth.account(1))
    days = range(to_day(first), to_day(last) + 1)
    return [to_date(day) for day in days if day_totals(view, day).worn_minutes]


@pytest.fixture
def nothing_new(stack) -> Iterator[None]:
    """No run of the layers downstream is started by the test."""
    before = dag_runs.finished_runs(stack.airflow, STAGE)
    yield
    assert not stack.airflow.has_queued_events(STAGE)
    assert dag_runs.finished_runs(stack.airflow, STAGE) == before


def test_without_an_account_there_is_nothing_to_do(stack, nothing_new):
    state, tasks = run(stack, EXTRACT)
    assert state == "success"
    assert states(tasks) == {
        ("wait_for_internet", None): "success",
        ("accounts", None): "skipped",
        ("extract", None): "skipped",
        ("publish", None): "skipped",
        ("gaps", None): "skipped",
        ("backfill", None): "skipped",
        ("publish_backfill", None): "skipped",
        ("report", None): "skipped",
    }
    reason = stack.airflow.failure(tasks["accounts", None])
    assert reason == "no account connected: vitals connect google_health --participant <id>"


def test_one_dead_token_keeps_nobody_from_being_read(stack, secrets, study):
    followers = (STAGE, *AGGREGATES)
    for dag_id in followers:
        stack.airflow.unpause(dag_id)
    known = {dag_id: dag_runs.finished_runs(stack.airflow, dag_id) for dag_id in followers}
    state, tasks = run(stack, EXTRACT)
    assert state == "success"
    assert states(tasks) == {
        ("wait_for_internet", None): "success",
        ("accounts", None): "success",
        ("extract", WELL): "success",
        ("extract", REVOKED): "skipped",
        ("publish", None): "success",
        ("gaps", None): "success",
        ("backfill", WELL): "success",
        ("publish_backfill", None): "success",
        ("report", None): "success",
    }
    reason = stack.airflow.failure(tasks["extract", REVOKED])
    assert f"vitals connect google_health --participant {REVOKED}" in reason
    report = stack.airflow.log_lines(tasks["report", None])
    assert any(line.startswith(f"{WELL}        success  active") for line in report)
    assert any(line.startswith(f"{REVOKED}        skipped  needs_consent") for line in report)
    accounts = stack.query(
        "select participant_id, state, last_success_at is not null from accounts.accounts"
        " order by 1"
    )
    assert accounts == [(WELL, "active", True), (REVOKED, "needs_consent", False)]

    follow(stack, followers, known)
    days = stack.query(
        "select local_date, steps, heart_rate_samples, sleep_minutes from agg.daily_health"
        " where participant_id = %s and sources ->> 'heart_rate' = 'google_health' order by 1",
        WELL,
    )
    # The days between the begin of the study and the history came after what is new.
    complete = (
        "select max(position ->> 'complete_until')::date from raw.cursors where account_id = %s"
    )
    [(last,)] = stack.query(complete, f"google_health:{WELL}")
    assert last >= study + timedelta(days=2)
    known = [day for day in days if day[0] <= last]
    assert [day[0] for day in known] == days_worn(study, last) != []
    assert all(day[1] > 0 and day[2] > 0 for day in known)
    modes = (
        "select mode, min(load_id), max(load_id) from raw.loads where account_id = %s group by 1"
    )
    ids = {mode: rest for mode, *rest in stack.query(modes, f"google_health:{WELL}")}
    assert ids["incremental"][1] < ids["backfill"][0]
    samples = "select count(*) from raw.google_health__heart_rate where account_id = %s"
    assert sum(day[2] for day in days) == stack.query(samples, f"google_health:{WELL}")[0][0]
    of_revoked = (
        "select count(*) from agg.daily_health"
        " where participant_id = %s and sources::text like '%%google_health%%'"
    )
    assert stack.query(of_revoked, REVOKED) == [(0,)]


def test_an_account_without_consent_is_not_called_again(stack, secrets, nothing_new):
    before = {name: requests_of(stack, name) for name in (WELL, REVOKED)}
    state, tasks = run(stack, EXTRACT, resources=["sleep"])
    assert state == "success"
    assert tasks["extract", REVOKED]["state"] == "skipped"
    assert tasks["publish", None]["state"] == "skipped"  # the nights are what they were
    assert requests_of(stack, REVOKED) == before[REVOKED]
    assert requests_of(stack, WELL) > before[WELL]


def test_the_form_chooses_days_participants_and_resources(stack, secrets, nothing_new):
    last = stack.query("select max(local_date) - 1 from raw.google_health__steps")[0][0]
    first = last - timedelta(days=1)
    conf = {"start": f"{first}", "end": f"{last}", "participants": [WELL], "resources": ["steps"]}
    state, tasks = run(stack, EXTRACT, **conf)
    assert state == "success"
    assert [name for name in tasks if name[0] == "extract"] == [("extract", WELL)]
    loads = stack.query(
        "select account_id, resource, first_date, last_date, status, rows_read > 0, rows_loaded"
        " from raw.loads where mode = 'window' and source = 'google_health'"
    )
    assert loads == [(f"google_health:{WELL}", "steps", first, last, "done", True, 0)]


def test_a_mistake_in_the_form_fails_at_once(stack, secrets):
    state, tasks = run(stack, EXTRACT, participants=["nobody", WELL])
    assert state == "failed"
    failed = tasks["accounts", None]
    assert failed["try_number"] == 1
    remedy = "vitals connect google_health --participant nobody"
    assert f"not connected to google_health: nobody: {remedy}" in stack.airflow.failure(failed)


def test_a_refused_request_fails_its_account_at_once_but_not_the_rest_of_it(stack, secrets):
    fault = {"kind": "server_error", "status": 404, "path": "/weight/"}
    simulator(stack, "POST", "/faults", fault)
    try:
        conf = {"participants": [WELL], "resources": ["weight", "sleep"]}
        state, tasks = run(stack, EXTRACT, **conf)
    finally:
        simulator(stack, "DELETE", "/faults")
    assert state == "failed"
    assert tasks["extract", WELL]["try_number"] == 1
    assert "weight: " in stack.airflow.failure(tasks["extract", WELL])
    assert f"1 of 1 accounts could not be read whole: {WELL}" in stack.airflow.failure(
        tasks["report", None]
    )
    latest = "select resource, status from raw.loads order by load_id desc limit 2"
    assert set(stack.query(latest)) == {("weight", "failed"), ("sleep", "done")}


def test_the_doctor_names_who_needs_a_person(stack, secrets):
    state, tasks = run(stack, "connections_doctor")
    assert state == "failed"
    assert tasks["check", f"google_health:{WELL}"]["state"] == "success"
    assert tasks["check", f"google_health:{REVOKED}"]["state"] == "failed"
    remedy = f"vitals connect google_health --participant {REVOKED}"
    assert remedy in stack.airflow.failure(tasks["check", f"google_health:{REVOKED}"])
    report = stack.airflow.log_lines(tasks["report", None])
    line = next(line for line in report if line.startswith(f"google_health:{REVOKED}"))
    assert line.split()[1:3] == ["failed", "needs_consent"] and line.endswith(remedy)


class Answer(BaseHTTPRequestHandler):
    """Answers as an API does."""

    def do_GET(self) -> None:  # noqa: N802 - named by the base class
        self.send_response(404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_the_sensor_waits_in_the_triggerer_and_gives_up_there(stack):
    stack.airflow.unpause("internet_check")
    run_id = stack.airflow.trigger("internet_check", {})

    def tasks() -> dict[str, dict]:
        found = stack.airflow.tasks("internet_check", run_id)
        return {task["task_id"]: task for task in found}

    wait_until(lambda: tasks()["later"]["state"] == "deferred")
    wait_until(lambda: tasks()["never"]["state"] == "failed")
    port = stack.quiet_ports["never"]
    assert f"127.0.0.1:{port}: connection refused" in stack.airflow.failure(tasks()["never"])
    assert tasks()["never"]["try_number"] == 1
    assert tasks()["later"]["state"] == "deferred"
    with HTTPServer(("127.0.0.1", stack.quiet_ports["later"]), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        wait_until(lambda: tasks()["later"]["state"] == "success")
        server.shutdown()


def test_no_token_is_in_logs_tables_or_files(stack, secrets):
    secrets = secrets | stored_tokens(stack)
    assert len(secrets) >= 6
    home = stack.settings.home
    logs = [path for path in (home / "airflow" / "logs").rglob("*") if path.is_file()]
    logs += [path for path in (home / "logs").rglob("*") if path.is_file()]
    assert any("task_id=extract" in str(path) for path in logs)
    for path in logs:
        text = path.read_text(errors="replace")
        assert not any(secret in text for secret in secrets), path
    with psycopg.connect(metadata_dsn(stack.settings)) as connection:
        for table in ("xcom", "rendered_task_instance_fields", "trigger", "dag_run", "log"):
            rows = connection.execute(f"select row_to_json(t)::text from {table} as t")
            for (text,) in rows:
                assert not any(secret in text for secret in secrets), table
    tables = stack.query(
        "select format('%%I.%%I', table_schema, table_name) from information_schema.tables"
        " where table_schema in ('accounts', 'raw') and table_name not like 'iot%%'"
    )
    assert ("accounts.tokens",) in tables and ("raw.google_health__profiles",) in tables
    for (table,) in tables:
        query = f"select 1 from {table} as t where t::text like any (%s)"
        assert stack.query(query, [f"%{secret}%" for secret in secrets]) == [], table
