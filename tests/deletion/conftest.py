"""People with a watch, accounts, exports and a lake; what other folders have for each of these."""

from tests.lake.conftest import lake, rig, s3_client  # noqa: F401 - fixtures
from tests.load.conftest import rig as watches  # noqa: F401 - fixture
from tests.simulator.conftest import served, target  # noqa: F401 - fixtures
