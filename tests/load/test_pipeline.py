"""What a process imports that loads."""

import json
import os
import subprocess
import sys

import pytest
from tests.load.conftest import heart_rates

from vitals import settings

PROGRAM = """
import json, sys
from vitals.load import iot
summary = iot.extract_and_load(sys.argv[1], sys.argv[2])
found = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps([summary.counts["rows_loaded"], found]))
"""


@pytest.mark.slow
def test_nothing_large_is_imported_that_no_load_needs(rig):
    """dlt would ask Streamlit for secrets, and Arrow looks for pandas: 50 MB and a second."""
    rig.mongo.heart_rates.insert_one(heart_rates("w1", 0, [60] * 10))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, rig.dsn, rig.uri],
        env={**os.environ, "PYTHONPATH": str(settings.PROJECT / "plugins")},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, imported = json.loads(done.stdout.splitlines()[-1])
    assert loaded == 10
    assert {"dlt", "pyarrow"} <= {*imported}
    assert {"streamlit", "pandas"} & {*imported} == set()
