"""People with a watch, accounts, exports, a lake, an archive; what other folders have for each."""

import pytest
from tests.archive.conftest import Rig, bucket, choices  # noqa: F401 - fixtures
from tests.archive.conftest import rig as cold  # noqa: F401 - fixture
from tests.lake.conftest import (  # noqa: F401 - fixtures
    lake,
    ministack_client,
    rig,
    s3_client,
)
from tests.load.conftest import rig as watches  # noqa: F401 - fixture
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures

DOCUMENT = "insert into raw.iot__users (user_id, load_id, devices) values (%s, 1, %s)"


@pytest.fixture
def two_watches(cold) -> Rig:  # noqa: F811
    """An archive, and p1 and p2 who wear w1 and w2; nobody was deleted yet."""
    cold.run("truncate raw.iot__users, accounts.tombstones cascade")
    cold.run(DOCUMENT, "p1", '["w1"]')
    cold.run(DOCUMENT, "p2", '["w2"]')
    return cold
