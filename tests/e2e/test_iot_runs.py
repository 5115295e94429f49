"""The DAGs, run by a real Airflow: one story, told in order, on one warehouse.

After the first test the tables are complete, and whatever is done then must leave them as they are.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import psycopg
import pymongo
import pytest
from bson import ObjectId
from tests.waiting import wait_until

from vitals import settings
from vitals.embedded.airflow_environment import metadata_dsn
from vitals.orchestration import dag_runs, schedules
from vitals.orchestration.demo import AGGREGATES, MASTER
from vitals.orchestration.rest import AirflowError

pytestmark = pytest.mark.slow

TABLES = (
    "raw.iot__heart_rates",
    "raw.iot__steps",
    "raw.iot__sleeps",
    "stage.heart_rate_minutes",
    "stage.movement_minutes",
    "stage.sleep_sessions",
    "agg.daily_health",
    "agg.weekly_health",
    "agg.monthly_health",
)


def contents(stack) -> dict[str, tuple]:
    """Row count and a hash of all rows of each table, whenever and by whichever load written."""
    query = """
        select count(*), sum(hashtextextended(
            (to_jsonb(rows) - 'computed_at' - 'load_id')::text, 0
        )::numeric) from {} as rows
    """
    return {table: stack.query(query.format(table))[0] for table in TABLES}


@pytest.fixture(scope="module")
def complete(stack) -> dict[str, tuple]:
    """The tables as the first test has left them."""
    found = contents(stack)
    assert found["agg.daily_health"][0] > 0
    return found


@pytest.fixture
def unchanged(stack, complete) -> Iterator[None]:
    """The tables are the same after the test as before."""
    yield
    assert contents(stack) == complete


@pytest.fixture
def run_dag(stack, monkeypatch) -> Callable[..., int]:
    """What `make dag` calls, against the stack."""
    monkeypatch.setenv("VITALS_HOME", str(stack.settings.home))
    monkeypatch.setenv("VITALS_AIRFLOW_PORT", str(stack.settings.ports.airflow))
    return lambda dag_id, **conf: dag_runs.run_dag(dag_id, conf)


def task_states(stack, dag_id: str, run_id: str) -> dict[str, str]:
    return {task["task_id"]: task["state"] for task in stack.airflow.tasks(dag_id, run_id)}


def wait_for_scheduled_runs(stack) -> None:
    """One that waits since a quarter of an hour may have found new documents before our own run."""

    def are_done() -> bool:
        runs = [run for run in stack.airflow.runs(MASTER) if run["state"] in ("queued", "running")]
        states = [task_states(stack, MASTER, run["dag_run_id"]) for run in runs]
        return all(tasks.get("wait_for_documents") == "deferred" for tasks in states)

    wait_until(are_done, seconds=900, pause=1)


def watch(stack, dag_id: str, run_id: str) -> str:
    return dag_runs.watch(stack.airflow, dag_id, run_id, print)


def backfill(stack, dag_id: str, first: str, last: str, conf: dict) -> list[dict]:
    """Start a backfill as the web page does, and wait for its runs."""
    body = {
        "dag_id": dag_id,
        "from_date": f"{first}T00:00:00Z",
        "to_date": f"{last}T00:00:00Z",
        "reprocess_behavior": "completed",
        "dag_run_conf": conf,
    }
    stack.airflow.unpause(dag_id)
    backfill_id = stack.airflow.call("POST", "/backfills", body)["id"]

    def ended() -> bool:
        return bool(stack.airflow.call("GET", f"/backfills/{backfill_id}")["completed_at"])

    wait_until(ended, seconds=900, pause=1)
    runs = stack.airflow.runs(dag_id)
    mine = [run for run in runs if run["run_type"] == "backfill" and run["conf"] == conf]
    return sorted(mine, key=lambda run: run["logical_date"])


def test_new_documents_reach_all_tables(stack, run_dag, capsys):
    assert all(stack.airflow.is_paused(dag_id) for dag_id in (MASTER, *AGGREGATES))
    assert run_dag(MASTER) == 0
    wait_for_scheduled_runs(stack)
    assert not any(stack.airflow.is_paused(dag_id) for dag_id in (MASTER, *AGGREGATES))
    for dag_id in AGGREGATES:
        states = dag_runs.watch_new_runs(stack.airflow, dag_id, set(), print)
        assert states and set(states) == {"success"}
    shown = capsys.readouterr().out
    for task in ("extract", "heart_rate_minutes", "publish", "daily_health"):
        assert task in shown

    participants = {person.user_id for person in stack.cohort.people}
    found = stack.query("select distinct participant_id from agg.daily_health")
    assert {row[0] for row in found} == participants
    owned = """
        select count(*) from raw.iot__heart_rates
        inner join stage.participant_devices using (device_id)
    """
    in_days = "select sum(heart_rate_samples) from agg.daily_health"
    assert stack.query(in_days) == stack.query(owned)
    for table in ("weekly", "monthly"):
        total = f"select sum(steps_total) from agg.{table}_health"
        assert stack.query(total) == stack.query("select sum(steps) from agg.daily_health")


def test_dbt_tasks_start_from_the_parsed_project(stack):
    """Reading the project again would cost each of them several seconds."""
    logs = (stack.settings.home / "airflow" / "logs").rglob("*dbt_producer_watcher/*.log")
    texts = [path.read_text() for path in logs]
    assert any("Completed successfully" in text for text in texts)
    assert not any("Unable to do partial parsing" in text for text in texts)


def test_every_load_names_its_run_and_reconciles(stack):
    loads = stack.query("select run_id, status, rows_read, rows_loaded from raw.loads")
    assert loads
    for run_id, status, _, _ in loads:
        assert run_id.startswith((f"{MASTER}/manual__", f"{MASTER}/scheduled__"))
        assert status == "done"


def test_a_run_without_news_skips_the_transformation(stack, run_dag, unchanged, capsys):
    assert run_dag(MASTER) == 0
    assert "had nothing to do" in capsys.readouterr().out
    by_hand = [run for run in stack.airflow.runs(MASTER) if run["run_type"] == "manual"]
    states = task_states(stack, MASTER, by_hand[0]["dag_run_id"])
    assert states["stage.heart_rate_minutes"] == states["publish"] == "skipped"


def test_two_runs_at_once_do_no_harm(stack, unchanged):
    runs = [stack.airflow.trigger(MASTER, {"mode": "full"}) for _ in range(2)]
    assert [watch(stack, MASTER, run_id) for run_id in runs] == ["success", "success"]


def test_a_cleared_run_does_no_harm(stack, unchanged):
    first = stack.airflow.runs(MASTER)[-1]["dag_run_id"]
    path = f"/dags/{MASTER}/dagRuns/{quote(first, safe='')}/clear"
    stack.airflow.call("POST", path, {"dry_run": False})
    assert watch(stack, MASTER, first) == "success"


def test_a_cleared_model_is_run_by_itself(stack, unchanged):
    first = stack.airflow.runs("iot_agg_transform_daily")[-1]["dag_run_id"]
    body = {"dag_run_id": first, "task_ids": ["daily.daily_health"]}
    body |= {"dry_run": False, "only_failed": False}
    stack.airflow.call("POST", "/dags/iot_agg_transform_daily/clearTaskInstances", body)
    assert watch(stack, "iot_agg_transform_daily", first) == "success"
    tasks = stack.airflow.tasks("iot_agg_transform_daily", first)
    model = next(task for task in tasks if task["task_id"] == "daily.daily_health")
    assert model["try_number"] == 2
    assert any("1 of 1 OK" in line for line in stack.airflow.log_lines(model))


def test_a_backfill_reads_day_by_day(stack, unchanged):
    first = stack.cohort.start_date + timedelta(days=1)
    second = first + timedelta(days=1)
    runs = backfill(stack, "iot_raw_extract", f"{first}", f"{second}", {"collections": ["steps"]})
    assert [run["state"] for run in runs] == ["success", "success"]
    windows = stack.query(
        "select window_start::date, window_end::date, sum(rows_read) > 0 from raw.loads"
        " where mode = 'window' group by 1, 2 order by 1"
    )
    assert windows == [(first, second, True), (second, second + timedelta(days=1), True)]


def test_a_backfill_by_month_reads_the_month_once(stack, unchanged):
    conf = {"collections": ["sleeps"], "interval": "month"}
    runs = backfill(stack, "iot_raw_extract", "2025-03-01", "2025-03-02", conf)
    assert [run["state"] for run in runs] == ["success", "success"]
    states = [task_states(stack, "iot_raw_extract", run["dag_run_id"])["extract"] for run in runs]
    # The first loaded nothing new, the second was not its turn: neither announces anything.
    assert states == ["skipped", "skipped"]
    windows = stack.query(
        "select distinct window_start, window_end from raw.loads"
        " where mode = 'window' and resource = 'sleeps'"
    )
    assert windows == [(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))]


def test_waiting_takes_no_worker_and_ends_in_a_skip(stack, unchanged):
    runs = backfill(stack, MASTER, "2025-03-01", "2025-03-01", {"mode": "incremental"})
    assert runs and {run["state"] for run in runs} == {"success"}
    tasks = stack.airflow.tasks(MASTER, runs[0]["dag_run_id"])
    sensor = next(task for task in tasks if task["task_id"] == "wait_for_documents")
    assert sensor["state"] == "skipped"
    assert sensor["trigger"] is None
    assert any("nothing new within" in line for line in stack.airflow.log_lines(sensor))


def test_a_paused_dag_keeps_its_run_until_it_may(stack, unchanged):
    dag = "/dags/iot_stage_transform"
    stack.airflow.call("PATCH", dag, {"is_paused": True})
    run_id = stack.airflow.trigger("iot_stage_transform", {})
    time.sleep(5)
    assert stack.airflow.run("iot_stage_transform", run_id)["state"] == "queued"
    stack.airflow.unpause("iot_stage_transform")
    assert watch(stack, "iot_stage_transform", run_id) == "success"


def test_late_data_changes_its_own_day_only(stack, run_dag):
    """A walk that was not in the store before, on a day that is long done."""
    day = stack.cohort.start_date + timedelta(days=3)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    person, device = stack.query(
        "select participant_id, device_id from stage.participant_devices order by 1, 2 limit 1"
    )[0]
    minutes = [noon + timedelta(minutes=minute) for minute in range(15)]
    document = {
        "_id": ObjectId(),
        "device_id": device,
        "created_at": noon,
        "ended_at": noon + timedelta(minutes=15),
        "metrics": [{"ts": minute, "steps": 999} for minute in minutes],
    }
    with pymongo.MongoClient(stack.settings.mongo_uri) as client:
        client.get_default_database().steps.insert_one(document)
    known = {dag_id: dag_runs.finished_runs(stack.airflow, dag_id) for dag_id in AGGREGATES}
    since = stack.query("select now()")[0][0]
    assert run_dag(MASTER) == 0
    wait_for_scheduled_runs(stack)
    for dag_id in AGGREGATES:
        states = dag_runs.watch_new_runs(stack.airflow, dag_id, known[dag_id], print)
        assert states and set(states) == {"success"}
    rebuilt = stack.query(
        "select participant_id, steps > 14000 from agg.daily_health where computed_at > %s", since
    )
    assert rebuilt == [(person, True)]
    weeks = stack.query("select count(*) from agg.weekly_health where computed_at > %s", since)
    assert weeks == [(1,)]


def test_a_failure_is_shown_with_its_reason(stack, run_dag, capsys):
    conf = {"start": "2025-03-02T00:00:00Z", "end": "2025-03-01T00:00:00Z"}
    assert run_dag("iot_raw_extract", **conf) == 1
    shown = capsys.readouterr().out
    assert "extract" in shown and "failed" in shown
    assert "before it starts" in shown
    assert "::group::" not in shown and "DagBag" not in shown and "startup" not in shown
    latest = stack.airflow.runs("iot_raw_extract")[0]["dag_run_id"]
    [task] = stack.airflow.tasks("iot_raw_extract", latest)
    assert stack.airflow.failure(task).startswith("AirflowFailException: the window ends")


def test_wrong_commands_are_answered_in_one_line(run_dag, capsys):
    assert run_dag("no_such_dag") == 1
    there_are = capsys.readouterr().err.partition("there are: ")[2].split(", ")
    assert {"iot_agg_transform_daily", MASTER} <= set(there_are)
    assert run_dag(MASTER, mode="everything") == 1
    output = capsys.readouterr().err
    assert "mode" in output and output.count("\n") == 1
    assert run_dag(MASTER, mood="full") == 1
    assert "there is no parameter 'mood'; there are: mode, start," in capsys.readouterr().err


def test_a_dry_run_leaves_the_switch_as_it_was(stack, run_dag, capsys):
    assert stack.airflow.is_paused("one_step")
    assert run_dag("one_step", dry_run=True) == 0
    assert stack.airflow.is_paused("one_step")
    assert "one_step is off again" in capsys.readouterr().out
    assert run_dag("one_step") == 0
    assert not stack.airflow.is_paused("one_step")
    assert "switched on: one_step\n" in capsys.readouterr().out
    assert run_dag("one_step", dry_run=True) == 0
    assert not stack.airflow.is_paused("one_step")
    assert "one_step is off" not in capsys.readouterr().out


def test_a_dry_run_that_nobody_watches_any_more_may_end(stack, run_dag):
    """Ctrl-C while a sensor waits for a host that never answers."""
    assert stack.airflow.is_paused("internet_check")
    command = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from vitals.cli import main; main()"
    )
    watching = subprocess.Popen(
        [sys.executable, "-c", command, "dag", "internet_check", "--conf", '{"dry_run": true}'],
        env={**os.environ, "PYTHONPATH": str(settings.PROJECT / "plugins")},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: not stack.airflow.is_paused("internet_check"))
        watching.send_signal(signal.SIGINT)
        shown, _ = watching.communicate(timeout=300)
    finally:
        watching.kill()
    assert watching.returncode == 130
    assert "internet_check stays on" in shown and "vitals schedule off internet_check" in shown
    assert not stack.airflow.is_paused("internet_check")
    run_id = stack.airflow.runs("internet_check")[0]["dag_run_id"]
    path = f"/dags/internet_check/dagRuns/{quote(run_id)}"
    stack.airflow.call("PATCH", path, {"state": "failed"})


def test_schedules_are_switched_all_at_once_or_one_by_one(stack):
    def on() -> set[str]:
        return {dag["dag_id"] for dag in stack.airflow.dags() if not dag["is_paused"]}

    before, unscheduled = on(), ["internet_check", "one_step"]
    try:
        schedules.switch(stack.airflow, True, unscheduled, print)
        schedules.switch(stack.airflow, False, [], print)
        assert on() == {*unscheduled}
        assert schedules.off_by_schedule(stack.airflow)[0] >= 15
        schedules.switch(stack.airflow, False, unscheduled, print)
        assert on() == set()
    finally:
        for dag_id in before - {*unscheduled}:
            stack.airflow.unpause(dag_id)
    with pytest.raises(AirflowError, match="there is no DAG 'nightly'"):
        schedules.switch(stack.airflow, True, ["nightly"], print)


def test_a_dry_run_starts_no_run_that_was_missed(stack):
    name = "archive_to_glacier"
    stack.airflow.pause(name)
    schedules.refuse_a_due_run(stack.airflow, name)  # it never ran by its schedule

    def is_refused() -> bool:
        # Reading the file again puts it right at any time: the DAG has in truth missed nothing.
        with psycopg.connect(metadata_dsn(stack.settings)) as connection:
            connection.execute(
                "update dag set next_dagrun_create_after = now() - interval '1 hour'"
                " where dag_id = %s",
                [name],
            )
        try:
            schedules.refuse_a_due_run(stack.airflow, name)
        except AirflowError as error:
            return f"vitals schedule on {name}" in str(error)
        return False

    wait_until(is_refused)


def test_no_password_is_in_logs_or_in_airflows_tables(stack):
    secrets = [
        value.encode()
        for value in vars(stack.settings.secrets).values()
        if isinstance(value, str) and len(value) > 8
    ]
    logs = [path for path in (stack.settings.home / "airflow" / "logs").rglob("*.log")]
    assert logs
    leaks = [path for path in logs if any(secret in path.read_bytes() for secret in secrets)]
    assert leaks == []
    with psycopg.connect(metadata_dsn(stack.settings)) as connection:
        for table in ("xcom", "rendered_task_instance_fields", "trigger", "dag_run", "log"):
            rows = connection.execute(f"select row_to_json(t)::text from {table} as t").fetchall()
            for (row,) in rows:
                assert not any(secret in row.encode() for secret in secrets), table
