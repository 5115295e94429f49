"""Airflow DAG internet_check, for the tests only: the sensor, in a hurry, in a real triggerer."""

import os
from datetime import timedelta

from airflow.sdk import dag

from vitals.orchestration.sensors import InternetConnectionSensor


@dag(
    schedule=None,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=1)},
    params={"dry_run": False},
)
def internet_check():
    """Nobody listens on these two ports, unless a test does."""
    for name, seconds in [("later", 1_800), ("never", 4)]:
        InternetConnectionSensor(
            task_id=name,
            hosts=[f"http://127.0.0.1:{os.environ[f'VITALS_TESTS_PORT_{name.upper()}']}/"],
            poke_interval=timedelta(seconds=1),
            timeout=timedelta(seconds=seconds),
        )


internet_check()
