"""Exports of one and of two participants, imported by a real Airflow; after the pictures."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from vitals.orchestration import dag_runs

pytestmark = pytest.mark.slow

IMPORT, STAGE = "account_export_import", "iot_stage_transform"
STEPS = '[{"dateTime": "03/01/26 08:00:00", "value": "70"}]'


@pytest.fixture
def inbox(stack) -> Iterator[Path]:
    """An empty inbox, and nothing downstream that follows what is put there."""
    place = stack.settings.home / "inbox"
    place.mkdir()
    stack.airflow.pause(STAGE)
    stack.airflow.unpause(IMPORT)
    yield place
    stack.airflow.pause(IMPORT)
    shutil.rmtree(place)


def put(inbox: Path, participant: str, **files: str) -> None:
    """Files of a participant, which arrived a minute ago."""
    for name, content in files.items():
        file = inbox / participant / f"{name}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
        os.utime(file, (time.time() - 60,) * 2)


def run(stack, inbox: Path) -> tuple[str, dict[str, dict], list[dict]]:
    """A run by hand: its state, its tasks by what they are mapped over, and its asset events."""
    run_id = stack.airflow.trigger(IMPORT, {"inbox": str(inbox)})
    state = dag_runs.watch(stack.airflow, IMPORT, run_id, print)
    tasks = stack.airflow.tasks(IMPORT, run_id)
    found = stack.airflow.call("GET", f"/assets/events?source_run_id={quote(run_id)}")
    by_name = {task["rendered_map_index"] or task["task_id"]: task for task in tasks}
    return state, by_name, found["asset_events"]


def test_an_import_of_one_participant_is_announced(stack, inbox):
    put(inbox, "p0001", **{"steps-2026-03-01": STEPS})
    state, tasks, [event] = run(stack, inbox)
    assert state == "success"
    assert {name: task["state"] for name, task in tasks.items()} == {
        "wait_for_exports": "success",
        "participants": "success",
        "p0001": "success",
        "publish": "success",
        "report": "success",
    }
    assert event["name"] == "raw__account_exports" and event["extra"]["days_touched"] >= 1


def test_an_import_that_fails_makes_its_run_fail_and_keeps_no_other(stack, inbox):
    put(inbox, "p0001", person="no JSON")
    put(inbox, "p0002", **{"steps-2026-03-02": STEPS.replace("03/01", "03/02")})
    state, tasks, events = run(stack, inbox)
    assert state == "failed"
    assert tasks["p0002"]["state"] == tasks["publish"]["state"] == "success"
    assert len(events) == 1
    assert tasks["p0001"]["try_number"] == 1  # the file is no better on another try
    assert "p0001/person.json is wrong" in stack.airflow.failure(tasks["p0001"])
    told = stack.airflow.failure(tasks["report"])
    assert "1 of 2 participants could not be imported: p0001" in told
