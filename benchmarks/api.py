"""api: the health data API under 20 clients at once -> how long its answers take.

Each client asks again as soon as it has an answer, so the figures are those of a server that is
never idle, on a machine that the clients and the database share with it.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.server import Server, _free_port
from vitals import settings
from vitals.api import tokens
from vitals.orchestration.dbt_project import FOLDER, dbt_environment
from vitals.warehouse import only_value

CLIENTS, DAYS, PASSWORD = 20, 60, "benchmark"


def figures(host: Server, samples: int) -> dict[str, Any]:
    """Times of the two questions that a chart asks, with so many samples in the warehouse."""
    people = max(samples // 1_000_000, 20)
    with host.new_warehouse() as dsn:
        _make_tables(dsn)
        stored = _fill(dsn, people, max(people * DAYS * 86_400 / samples, 1))
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"alter role api login password '{PASSWORD}'")
            token = tokens.create(connection, "benchmark").text
        with _serving(make_conninfo(dsn, user="api", password=PASSWORD)) as url:
            return {
                "samples": stored,
                "clients": CLIENTS,
                "day_30_days": _ask(url, token, _paths(people, "day", 30)),
                "minute_1_day": _ask(url, token, _paths(people, "minute", 1)),
            }


def _make_tables(dsn: str) -> None:
    """Views, seeds and empty tables, as `make up` makes them."""
    with tempfile.TemporaryDirectory() as target:
        folders = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
        outputs = ["--target-path", target, "--log-path", target, "--quiet"]
        no_tests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        dbt = str(Path(sys.executable).with_name("dbt"))
        command = [dbt, "build", "--select", "tag:static"]
        subprocess.run(
            [*command, *folders, *outputs, *no_tests],
            check=True,
            env=os.environ | dbt_environment(dsn),
            stdout=sys.stderr,
        )


def _fill(dsn: str, people: int, seconds: float) -> int:
    """Rows of the cohort; returns how many samples."""
    statements = (Path(__file__).parent / "api_fill.sql").read_text()
    with psycopg.connect(dsn, autocommit=True, options="-c timezone=UTC") as connection:
        for statement in statements.format(people=people, days=DAYS, seconds=seconds).split(";\n"):
            connection.execute(statement)
        return only_value(connection.execute("select count(*) from raw.iot__heart_rates"))


def _paths(people: int, resolution: str, days: int) -> list[str]:
    """Questions about anybody, at any time of the two months."""
    chance = random.Random(7)
    paths = []
    for _ in range(500):
        first = chance.randrange(DAYS - days + 1)
        start = date(2026, 1, 1) + timedelta(days=first)
        end = start + timedelta(days=days)
        person = f"p{chance.randint(1, people):04}"
        query = f"resolution={resolution}&start={start}&end={end}"
        paths.append(f"/v1/participants/{person}/metrics/heart_rate?{query}")
    return paths


@contextmanager
def _serving(dsn: str) -> Iterator[str]:
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.PROJECT / "plugins"),
        "VITALS_API_DSN": dsn,
        "VITALS_API_PORT": str(port),
        "VITALS_API_REQUESTS_PER_MINUTE": "999999",
    }
    server = subprocess.Popen([sys.executable, "-m", "vitals.api"], env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/health", server)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=3).close()
            return
        except OSError:
            if server.poll() is not None:
                raise
            time.sleep(0.2)
    raise TimeoutError(address)


def _ask(url: str, token: str, paths: list[str]) -> dict[str, float]:
    """Milliseconds of 2,000 answers, after a warm-up."""
    for count in (20, 100):
        given = {"url": url, "token": token, "paths": paths, "clients": CLIENTS, "count": count}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.clients"],
            check=True,
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
        )
    times = sorted(json.loads(done.stdout))
    return {
        "p50_ms": statistics.median(times) * 1000,
        "p95_ms": times[int(len(times) * 0.95)] * 1000,
        "requests_per_second": CLIENTS * len(times) / sum(times),
    }
