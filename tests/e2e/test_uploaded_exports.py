"""An account export in S3, found and imported by a real Airflow. Runs after all others."""

from datetime import date
from typing import Any

import pytest
from tests.waiting import wait_until

from vitals import storage
from vitals.orchestration import dag_runs
from vitals.simulator.exports import google
from vitals.simulator.exports.sink import Sink
from vitals.simulator.truth import Truth
from vitals.simulator.truth.people import to_day
from vitals.simulator.truth.totals import day_totals

pytestmark = pytest.mark.slow

IMPORT, STAGE = "account_export_import", "iot_stage_transform"
PERSON = "uploaded"
DAY = date(2026, 3, 3)


def upload(stack, path) -> None:
    client = storage.client(stack.settings.s3)
    client.create_bucket(Bucket="exports")
    client.upload_file(str(path), "exports", f"inbox/{PERSON}/{path.name}")


def run_that_waits(stack) -> dict[str, Any]:
    """The first run to succeed of one that is not by hand: only those wait for the inbox.

    A backfill of one hour starts one; that of the present hour may be quicker.
    """
    span = {"from_date": "2026-03-01T00:00:00Z", "to_date": "2026-03-01T00:30:00Z"}
    body = {"dag_id": IMPORT, "reprocess_behavior": "completed", "dag_run_conf": {}, **span}
    stack.airflow.call("POST", "/backfills", body)

    def waited() -> list[dict[str, Any]]:
        done = stack.airflow.runs(IMPORT, "success")
        return [run for run in done if run["run_type"] != "manual"]

    wait_until(waited, seconds=600, pause=1)
    return waited()[-1]


def test_an_export_in_the_inbox_reaches_stage(stack, tmp_path):
    view = Truth(seed=1, accounts=1).view(Truth(seed=1, accounts=1).account(1))
    with Sink.to(tmp_path / "takeout.zip") as sink:
        google.write(view, sink, to_day(DAY), to_day(DAY))
    upload(stack, tmp_path / "takeout.zip")
    for dag_id in (IMPORT, STAGE):
        stack.airflow.unpause(dag_id)
    known = dag_runs.finished_runs(stack.airflow, STAGE)

    run = run_that_waits(stack)
    tasks = {task["task_id"]: task for task in stack.airflow.tasks(IMPORT, run["dag_run_id"])}
    assert {name: task["state"] for name, task in tasks.items()} == dict.fromkeys(
        ("wait_for_exports", "participants", "import", "publish", "report"), "success"
    )
    assert tasks["import"]["rendered_map_index"] == PERSON
    told = stack.airflow.log_lines(tasks["import"])
    assert any("known already" in line for line in told)  # the table of rows by kind of file
    files = stack.query(
        "select status, count(*) from raw.export_files where participant_id = %s and run_id = %s"
        " group by 1",
        PERSON,
        f"{IMPORT}/{run['dag_run_id']}",
    )
    assert dict(files)["loaded"] >= 10

    assert set(dag_runs.watch_new_runs(stack.airflow, STAGE, known, print)) == {"success"}
    stored = "select sum(steps)::bigint from stage.movement_minutes where participant_id = %s"
    assert stack.query(stored, PERSON) == [(day_totals(view, to_day(DAY)).steps,)]
