"""raw -> stage, stage -> agg: one dbt layer as a group of Airflow tasks, drawn by Cosmos.

Cosmos's watcher mode: one task runs a single `dbt build` of the whole layer, and one light task a
model follows its progress. Starting dbt once a layer instead of once a model takes a quarter of
the time. A model that fails is repeated by its own task, which then runs dbt for it alone.
"""

import logging
import os
from typing import Any

from airflow.sdk import Asset, Metadata, Param, TaskGroup, get_current_context, task
from cosmos.airflow.task_group import DbtTaskGroup
from cosmos.config import ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import (
    PRODUCER_WATCHER_DONE_TASK_ID,
    ExecutionMode,
    LoadMode,
    TestBehavior,
)

from vitals import settings
from vitals.orchestration.connections import warehouse_dsn
from vitals.orchestration.dbt_project import (
    FOLDER,
    PROFILE,
    TARGET,
    existing_manifest,
    parsed_project_path,
    project_environment,
)
from vitals.orchestration.waiting import loads_waiting

log = logging.getLogger(__name__)

TRANSFORM_PARAMS = {
    "full_refresh": Param(
        False,
        type="boolean",
        title="Full refresh",
        description="Make every row of the layer again, not only the days that changed. For use "
        "after a change of the SQL; takes as long as the history is.",
    ),
}


@task.short_circuit
def new_loads(layer: str) -> bool:
    """Go on if finished loads wait for the layer, or if a full refresh is wanted."""
    if get_current_context()["params"].get("full_refresh"):
        return True
    waiting = loads_waiting(warehouse_dsn(), layer)
    log.info("%s: %s", layer, "new loads wait" if waiting else "nothing to do")
    return waiting


def dbt_layer(layer: str) -> TaskGroup:
    """The models of a layer ("stage", "daily", "weekly", "monthly") as a group of tasks.

    Raises:
        FileNotFoundError: dbt's manifest has not been made yet.
    """
    group = DbtTaskGroup(
        group_id=layer,
        project_config=ProjectConfig(
            manifest_path=existing_manifest(), project_name="vitals", install_dbt_deps=False
        ),
        profile_config=ProfileConfig(
            profile_name=PROFILE,
            target_name=TARGET,
            profiles_yml_filepath=FOLDER / "profiles.yml",
        ),
        execution_config=ExecutionConfig(
            dbt_project_path=FOLDER,
            execution_mode=ExecutionMode.WATCHER,
            setup_operator_args={"task_display_name": f"dbt build {layer}"},
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            dbt_project_path=FOLDER,
            select=[f"tag:{layer}"],
            exclude=["tag:static"],
            # Keys and ranges are constraints of the tables; data tests read the whole history and
            # are for `make test`, not for every 15 minutes.
            test_behavior=TestBehavior.NONE,
            emit_datasets=False,
            normalize_task_id=_model_name,
            normalize_task_display_name=_model_name,
        ),
        operator_args={
            # A model is usually done when its turn comes: deferring would cost more than it saves.
            "deferrable": False,
            "poke_interval": 1,
            "pre_execute": _set_up_dbt,
            "full_refresh": "{{ params.full_refresh }}",
        },
    )
    # Cosmos's own gate, which has no setting for the name that the grid shows.
    gate = group.children[f"{layer}.{PRODUCER_WATCHER_DONE_TASK_ID}"]
    gate._task_display_name = "dbt build ended"
    return group


def publish(asset: Asset) -> Any:
    """The last task of a run: say once that the layer has something new."""

    @task(task_id="publish", outlets=[asset])
    def announce() -> Any:
        yield Metadata(asset, {"run_id": get_current_context()["run_id"]})

    return announce()


def _model_name(node: Any) -> str:
    return node.name


def _set_up_dbt(context: Any) -> None:
    """Give dbt the warehouse and the parsed project, by environment.

    Neither logs nor rendered fields show it. Cosmos runs dbt in a new folder each time; without
    the parsed project dbt would read all files again.
    """
    os.environ.update(project_environment(warehouse_dsn(), settings.load()))
    parsed = parsed_project_path()
    if parsed.exists():
        os.environ["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)
