"""runs: what a run is called outside of Airflow."""

from typing import Any


def load_run_id(context: Any) -> str:
    """How raw.loads names the run: `<dag>/<run>`."""
    return f"{context['dag'].dag_id}/{context['run_id']}"
