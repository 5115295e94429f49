"""A warehouse whose star is built by the real dbt project."""

import pytest
from tests.star.star import Star


@pytest.fixture
def star(warehouse) -> Star:
    return Star(warehouse)
