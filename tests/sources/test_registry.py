"""The registry: what a provider is, and that asking costs nothing."""

import subprocess
import sys

from vitals.sources import providers

HEAVY = ["dlt", "pymongo", "numpy", "pyarrow", "psycopg", "airflow"]


def test_iot_is_a_provider():
    spec = providers()["iot"]
    assert spec.resources == ("users", "heart_rates", "steps", "sleeps")
    assert callable(spec.build_source)


def test_reading_the_registry_imports_no_sdk():
    """Airflow does it every time it parses the DAGs."""
    code = f"import sys; from vitals.sources import providers; providers(); " \
           f"print([name for name in {HEAVY} if name in sys.modules])"  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": "plugins"},
    )  # fmt: skip
    assert found.stdout == "[]\n"


def test_building_a_source_reads_nothing():
    assert list(providers()["iot"].build_source([]).resources) == []
