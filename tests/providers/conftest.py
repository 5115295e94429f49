"""The simulator, and settings that point to it."""

import pytest
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures

from vitals import settings


@pytest.fixture
def synthetic_settings(target, make_settings, monkeypatch) -> settings.Settings:  # noqa: F811
    """Settings that point all providers to the simulator, here and for what the tests call."""
    given = {"SYNTHETIC": "true", "VITALS_SIMULATOR_PORT": target.url.rpartition(":")[2]}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return make_settings(**given)
