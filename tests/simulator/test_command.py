"""The command: help, start within seconds, refusal of remote callers, truth to Parquet."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import requests
from tests.waiting import wait_until

from vitals.simulator.admin import is_loopback

COMMAND = [sys.executable, "-m", "vitals.simulator"]
PLUGINS = Path(__file__).parents[2] / "plugins"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(PLUGINS)}


def test_help_explains_itself():
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, env=ENVIRONMENT)
    assert shown.returncode == 0
    assert "--write-truth" in shown.stdout and "examples:" in shown.stdout


def test_starts_and_stops(free_port):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), "--seed", "3", "--accounts", "2"]
    process = subprocess.Popen([*COMMAND, *arguments], env=ENVIRONMENT)
    try:
        wait_until(lambda: process.poll() is not None or answers(url))
        health = requests.get(f"{url}/_simulator/health", timeout=60)
        assert health.json() | {"now": ""} == {
            "status": "ok",
            "now": "",
            "seed": 3,
            "accounts": 2,
            "heart_rate_interval": 60,
        }
        index = requests.get(url, timeout=60).json()
        assert index["fitbit"]["token"] == f"{url}/fitbit/oauth2/token"
    finally:
        process.terminate()
        assert process.wait(timeout=60) in (0, -15)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=60).ok
    except requests.ConnectionError:
        return False


def test_writes_the_truth(tmp_path):
    arguments = ["--accounts", "1", "--write-truth", str(tmp_path), "--first", "2026-10-01",
                 "--last", "2026-10-03"]  # fmt: skip
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert pq.read_table(tmp_path / "day_totals.parquet").num_rows == 3


@pytest.mark.parametrize(
    "arguments", [["--now", "2026-11-22T06:00:00"], ["--heart-rate-interval", "45"]]
)
def test_wrong_arguments_end_at_once(arguments):
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 2
    assert arguments[0] in done.stderr


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("10.0.0.7", False), ("", False)]
)
def test_switches_are_for_this_machine(host, local):
    assert is_loopback(host) is local
