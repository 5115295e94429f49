"""The simulator and a warehouse with the dbt project around it."""

from pathlib import Path

import pytest
from tests.oracle.pipeline import Pipeline
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures

from vitals import settings


@pytest.fixture
def synthetic_settings(target, make_settings, monkeypatch) -> settings.Settings:  # noqa: F811
    """Settings that point all providers to the simulator, here and for what the tests call."""
    given = {"SYNTHETIC": "true", "VITALS_SIMULATOR_PORT": target.url.rpartition(":")[2]}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return make_settings(**given)


@pytest.fixture
def pipeline(warehouse_dsn, tmp_path: Path) -> Pipeline:
    """The product's dbt project on the test's warehouse; there is no document store."""
    return Pipeline(warehouse_dsn, "", tmp_path)
