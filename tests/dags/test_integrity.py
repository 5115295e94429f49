"""The DAG files: they load, they are the ones we expect, and each keeps the contract of style."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from vitals.orchestration.failures import note_failure
from vitals.orchestration.nightly import report_failed
from vitals.sources import api_providers

DAGS = Path(__file__).resolve().parents[2] / "dags"
EXPECTED = {
    "iot_raw_extract",
    "iot_stage_transform",
    "iot_agg_transform_daily",
    "iot_agg_transform_weekly",
    "iot_agg_transform_monthly",
    "iot_master_dag",
    "google_health_raw_extract",
    "fitbit_raw_extract",
    "strava_raw_extract",
    "garmin_raw_extract",
    "connections_doctor",
    "account_export_import",
    "rebuild_from_lake",
    "archive_to_glacier",
    "restore_from_glacier",
    "archive_drill",
    "nightly_report",
    "heart_rate_stream_load",
    "operational_extract",
    "data_quality",
}
PROVIDERS = sorted(
    dag_id.removesuffix("_raw_extract")
    for dag_id in EXPECTED - {"iot_raw_extract"}
    if dag_id.endswith("_raw_extract")
)


def test_files_load_and_define_the_expected_dags(dag_bag):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dags) == EXPECTED
    # Airflow passes over a file that does not mention it, without a word.
    assert {Path(dag.fileloc).name for dag in dag_bag.dags.values()} == {
        path.name for path in DAGS.glob("*.py")
    }


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_each_dag_explains_itself(dag_bag, dag_id):
    dag = dag_bag.dags[dag_id]
    for heading in ("### When", "### What it does", "### Safe to run again?", "### Triage"):
        assert heading in dag.doc_md
    assert "{" not in dag.doc_md  # no placeholder was left
    assert set(dag.tags) & {"raw", "stage", "agg", "accounts", "quality"}
    kinds = {"iot", "accounts", "archive", "stream", "star", "monitoring", *PROVIDERS}
    assert set(dag.tags) & kinds
    assert dag.owner == "vitals"
    for name in dag.params:
        param = dag.params.get_param(name)
        assert param.description and param.schema.get("title"), name


@pytest.mark.parametrize("dag_id", sorted(EXPECTED))
def test_each_dag_can_be_repeated_and_does_not_pile_up(dag_bag, dag_id):
    dag = dag_bag.dags[dag_id]
    # Their scheduled runs wait for something to do; a second may be started by hand.
    waits = dag_id in ("iot_master_dag", "account_export_import")
    assert dag.max_active_runs == (2 if waits else 1)
    assert not dag.catchup
    for task in dag.tasks:
        if task.task_type != "EmptyOperator":
            assert task.retries >= 2 and task.retry_exponential_backoff, task.task_id


def test_each_dag_has_a_place_in_the_data_flow(dag_bag):
    from vitals.orchestration.pages.data_flow import layer_of

    places = {dag_id: layer_of(dag.tags) for dag_id, dag in dag_bag.dags.items()}
    assert None not in places.values()
    assert places["iot_master_dag"] == places["account_export_import"] == "Sources → raw"
    assert places["connections_doctor"] == places["nightly_report"] == "Care"
    assert places["data_quality"] == "Care"
    assert places["archive_to_glacier"] == "raw ↔ archive"


def test_layers_are_drawn_model_by_model(dag_bag):
    tasks = {dag_id: set(dag.task_ids) for dag_id, dag in dag_bag.dags.items()}
    assert {"stage.heart_rate_minutes", "stage.sleep_sessions"} <= tasks["iot_stage_transform"]
    assert {task for task in tasks["iot_stage_transform"] if task.startswith("stage.")} == {
        task for task in tasks["iot_master_dag"] if task.startswith("stage.")
    }
    assert "star.fct_heart_rates" in tasks["operational_extract"]
    assert "stage.fct_heart_rates" in tasks["iot_stage_transform"]
    for layer in ("daily", "weekly", "monthly"):
        assert f"{layer}.{layer}_health" in tasks[f"iot_agg_transform_{layer}"]


def test_each_run_announces_its_layer_once(dag_bag):
    outlets = {
        dag_id: sorted(asset.name for task in dag.tasks for asset in task.outlets)
        for dag_id, dag in dag_bag.dags.items()
    }
    assert outlets == {
        "iot_raw_extract": ["raw__iot"],
        "iot_stage_transform": ["stage"],
        "iot_agg_transform_daily": ["agg__daily"],
        "iot_agg_transform_weekly": ["agg__weekly"],
        "iot_agg_transform_monthly": ["agg__monthly"],
        "iot_master_dag": ["stage"],
        "connections_doctor": [],
        "account_export_import": ["raw__account_exports"],
        "rebuild_from_lake": sorted(f"raw__{name}" for name in PROVIDERS),
        "archive_to_glacier": [],
        "restore_from_glacier": ["raw__restored"],
        "archive_drill": [],
        "nightly_report": [],
        "heart_rate_stream_load": ["raw__stream"],
        "operational_extract": ["stage"],
        "data_quality": [],
        # What is new, and what a backfill brought.
        **{f"{name}_raw_extract": [f"raw__{name}"] * 2 for name in PROVIDERS},
    }


def test_stage_follows_every_source(dag_bag):
    follows = dag_bag.dags["iot_stage_transform"].timetable.asset_condition
    assert type(follows).__name__ == "AssetAny"
    names = {asset.name for asset in follows.objects}
    assert {"raw__iot", *(f"raw__{name}" for name in PROVIDERS)} <= names


@pytest.mark.parametrize("name", PROVIDERS)
def test_accounts_are_read_apart_from_each_other(dag_bag, name):
    dag = dag_bag.dags[f"{name}_raw_extract"]
    spec = api_providers()[name]
    extract = dag.get_task("extract")
    assert extract.is_mapped
    assert "participant" in extract.map_index_template
    assert 1 < extract.max_active_tis_per_dag <= 16
    assert extract.upstream_task_ids == {"accounts"}
    sensor = dag.get_task("wait_for_internet")
    assert dag.roots == [sensor]
    assert sensor.hosts == list(spec.hosts)
    assert sensor.poke_interval == timedelta(minutes=2)
    assert sensor.timeout == timedelta(hours=1)
    # Whatever became of the accounts, what was read is announced and shown.
    leaves = {task.task_id: task.trigger_rule.value for task in dag.leaves}
    assert leaves == dict.fromkeys(("publish", "publish_backfill", "report"), "all_done")
    # The past comes after what is new of every account, whatever became of that.
    gaps, backfill = dag.get_task("gaps"), dag.get_task("backfill")
    assert gaps.upstream_task_ids == {"accounts", "extract"}
    assert gaps.trigger_rule.value == "all_done"
    assert backfill.is_mapped and backfill.upstream_task_ids == {"gaps"}
    assert "participant" in backfill.map_index_template
    assert dag.get_task("publish").upstream_task_ids == {"extract"}
    assert dag.timetable.expression == "0 6 * * *"
    resources = dag.params.get_param("resources")
    assert resources.schema["items"]["enum"] == [item.name for item in spec.resources]


def test_importing_does_no_io_and_needs_no_sdk(dag_environment):
    """A process in which every socket is refused imports all files, without the slow libraries."""
    program = """
import json, socket, sys, time
from pathlib import Path
begun = time.process_time()
import airflow.sdk, cosmos.airflow.task_group
libraries = time.process_time() - begun

def refuse(*args, **kwargs):
    raise AssertionError("a DAG file opened a connection")

socket.socket.connect = refuse
begun = time.process_time()
for path in sorted(Path(sys.argv[1]).glob("*.py")):
    exec(compile(path.read_text(), path, "exec"), {"__name__": path.stem})
print(json.dumps({
    "share": (time.process_time() - begun) / libraries,
    "heavy": sorted({"dlt", "pymongo", "pyarrow", "dbt.cli"} & set(sys.modules)),
}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(DAGS)],
        env=dag_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["heavy"] == []
    assert result["share"] < 2  # of the time that Airflow itself takes, on whatever machine


def test_a_channel_that_refuses_the_report_is_not_told_of_as_no_report(dag_bag):
    dag = dag_bag.dags["nightly_report"]
    assert not dag.has_on_failure_callback
    callbacks = {task.task_id: task.on_failure_callback for task in dag.tasks}
    one = {name: [found] if callable(found) else [*found] for name, found in callbacks.items()}
    assert one.pop("find_problems") == [note_failure, report_failed]
    assert set(map(tuple, one.values())) == {(note_failure,)}
