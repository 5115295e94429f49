"""What dlt may look at and import when it loads for us."""

import json
import os
import subprocess
import sys

import pytest

from vitals.load.pipeline import DLT_SETTINGS

PROGRAM = """
import json, sys
import dlt
dlt.secrets.get("anything")
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.slow
def test_dlt_looks_for_no_secrets_in_streamlit():
    environment = {**os.environ, **DLT_SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    imported = json.loads(done.stdout)
    assert "dlt" in imported
    assert "streamlit" not in imported
