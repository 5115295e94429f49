"""A bare machine -> the stack of docker-compose.yaml, running, and gone afterwards."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence

import psycopg
import pymongo
import pytest
from tests.containers.engine import Engine

from vitals.orchestration.rest import Airflow

NAME = "vitals-warehouse"
PORTS = (
    "AIRFLOW", "API", "DASHBOARD", "TIMESCALEDB", "MONGODB", "S3", "KAFKA", "HTTP", "HTTPS",
)  # fmt: skip


class Stack:
    """The services of docker-compose.yaml on ports of their own."""

    def __init__(self, engine: Engine, ports: Mapping[str, int]) -> None:
        self.engine = engine
        self.ports = ports
        self.settings = {
            **{f"VITALS_{name}_PORT": str(port) for name, port in ports.items()},
            "VITALS_PUBLIC_ADDRESS": "127.0.0.1",
            "VITALS_DEMO_PARTICIPANTS": "3",
            "VITALS_DEMO_DAYS": "10",
        }

    def up(self, profiles: Sequence[str] = (), **settings: str) -> None:
        """`docker compose up -d`, and on until every service with a health check is healthy."""
        self.engine.compose(
            "up", "--detach", profiles=profiles, settings={**self.settings, **settings}
        )
        for name in self.containers():
            if self.engine.inspect(name)["Config"].get("Healthcheck"):
                self.wait_until_healthy(name)

    def down(self, *, volumes: bool = False) -> None:
        """`docker compose down`, of all profiles."""
        flags = ["--volumes"] if volumes else []
        profiles = ("demo", "celery", "stream", "local-s3", "prod")
        self.engine.compose("down", *flags, profiles=profiles, settings=self.settings)

    def containers(self) -> list[str]:
        """Names of all containers, those that have ended too."""
        listing = self.engine.podman("ps", "--all", "--format", "{{.Names}}").stdout.split()
        return [name for name in listing if name.startswith(NAME)]

    def wait_until_healthy(self, name: str, seconds: float = 300) -> None:
        """Run a container's own health check until it succeeds."""
        deadline = time.monotonic() + seconds
        while self.engine.podman("healthcheck", "run", name, check=False).returncode != 0:
            assert time.monotonic() < deadline, f"{name} is not healthy:\n{self.log(name)}"
            time.sleep(1)

    def log(self, name: str) -> str:
        """Everything a container said."""
        done = self.engine.podman("logs", name)
        return done.stdout + done.stderr

    def run(self, service: str, *command: str) -> str:
        """What a command says inside the container of a service."""
        return self.engine.podman("exec", f"{NAME}_{service}_1", *command).stdout

    def wait_for_end(self, service: str) -> int:
        """The exit status of a service that runs once."""
        return int(self.engine.podman("wait", f"{NAME}_{service}_1").stdout)

    def secrets(self) -> dict[str, str]:
        """The passwords that were made up at the first start."""
        command = (
            "run",
            "--rm",
            "-v",
            f"{NAME}_secrets:/s:ro",
            "docker.io/library/debian:trixie-slim",
        )
        text = self.engine.podman(*command, "cat", "/s/secrets.env").stdout
        return dict(line.split("=", 1) for line in text.splitlines())

    def airflow(self) -> Airflow:
        """The REST API, as the user `admin`."""
        password = self.secrets()["VITALS_AIRFLOW_PASSWORD"]
        return Airflow(f"http://127.0.0.1:{self.ports['AIRFLOW']}", "admin", password)

    def rows(self, query: str) -> list[tuple]:
        """What a query returns to an analyst who connects from this machine."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.ports["TIMESCALEDB"],
            dbname="vitals",
            user="analyst",
            password=self.secrets()["VITALS_ANALYST_PASSWORD"],
        ) as connection:
            return connection.execute(query).fetchall()

    def mongo(self, login: str = "") -> pymongo.MongoClient:
        """The document store from this machine; `login` is `user:password@` or nothing."""
        uri = f"mongodb://{login}127.0.0.1:{self.ports['MONGODB']}/?authSource=admin"
        return pymongo.MongoClient(uri, serverSelectionTimeoutMS=5000)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Podman with every image; VITALS_KEEP_CONTAINERS=1 keeps them for a faster next run."""
    if os.geteuid() != 0:
        pytest.fail("`make test-containers` installs and runs podman: it needs root")
    engine = Engine()
    engine.prepare()
    yield engine
    if not os.environ.get("VITALS_KEEP_CONTAINERS"):
        engine.remove()


@pytest.fixture(scope="session")
def stack(engine, free_port) -> Iterator[Stack]:
    """The stack as `docker compose up` starts it: no profile, no `.env`, no volume from before."""
    stack = Stack(engine, {name: free_port() for name in PORTS})
    stack.down(volumes=True)
    engine.compose("build", "airflow-init", "local-s3", profiles=["local-s3"])
    stack.up()
    yield stack
    stack.down(volumes=True)
