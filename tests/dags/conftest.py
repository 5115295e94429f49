"""A manifest as `make up` makes it, and the DAG folder as Airflow's DAG processor reads it."""

import os

import pytest

from vitals import settings
from vitals.orchestration import dbt_project
from vitals.orchestration.dbt_project import environment_of


@pytest.fixture(scope="session")
def dag_environment(tmp_path_factory) -> dict[str, str]:
    """Environment in which the DAG files find a manifest; made by dbt without a warehouse."""
    home = tmp_path_factory.mktemp("home")
    dbt_project.parse(home)
    return {
        **os.environ,
        "PYTHONPATH": str(settings.PROJECT / "plugins"),
        "VITALS_HOME": str(home),
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__COSMOS__ENABLE_MEMORY_OPTIMISED_IMPORTS": "True",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
    }


@pytest.fixture(scope="session")
def dag_bag(dag_environment):
    """The real DAG folder, loaded."""
    with environment_of(dag_environment):
        from airflow.dag_processing.dagbag import DagBag

        yield DagBag(settings.PROJECT / "dags")
