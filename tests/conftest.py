"""Real servers for the tests: an isolated set of the embedded services, each started on demand.

They live in a temporary home with ports of their own, beside a running `make demo`, and share its
downloaded packages. Every test that wants a database gets a new one.
"""

import fcntl
import os
import shutil
import signal
import socket
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pymongo
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from tests.full import IS_FULL
from vitals import connection_uris, settings, warehouse
from vitals.embedded.mongodb import MongoDB
from vitals.embedded.process import Process, Record, stop
from vitals.embedded.s3 import S3
from vitals.embedded.secrets import with_secrets
from vitals.embedded.service import Service
from vitals.embedded.timescaledb import TimescaleDB

pytest_plugins = ["tests.dbt.fixtures"]

# Homes lie in memory where there is room: a database is a thousand files, and most tests make one.
MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 * 2**30
OWNER = "tests.json"  # in the home: which test run it belongs to
TEMPLATE = "warehouse_template"
# Folders whose files share one set of servers.
SHARED = ("tests/e2e/", "tests/api/", "tests/community/")
# What takes longest is begun first, so that no process is left with it at the end.
DEAREST = (
    "tests/e2e/",
    "tests/dbt/test_providers.py",
    "tests/dbt/test_runs.py",
    "tests/api/",
    "tests/dbt/test_incremental.py",
    "tests/star/test_as_of.py",
    "tests/oracle/test_any_history.py",
    "tests/dbt/test_project.py",
    "tests/accounts/test_connect.py",
    "tests/embedded/test_faults.py",
    "tests/archive/test_agg_stays.py",
    "tests/star/test_facts.py",
    "tests/community/",
    "tests/providers/test_agg_equals_truth.py",
    "tests/oracle/test_agg_equals_truth.py",
    "tests/load/",
    "tests/archive/",
    "tests/quality/",
    "tests/lake/",
    "tests/deletion/",
)
LAST = "tests/e2e/test_services.py"  # of its folder: it stops the servers
# Below those that Linux gives to outgoing connections (ip_local_port_range): what was free when a
# test began must be so when its server starts.
PORTS = range(12_000, 32_000)
LAST_PORT = Path(tempfile.gettempdir(), f"vitals-test-port-{os.getuid()}")

# The same examples each time, however long a machine takes over them; others by VITALS_FULL_TESTS.
hypothesis_settings.register_profile(
    "vitals",
    derandomize=not IS_FULL,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("vitals")


class OneProcessPerServer(LoadScopeScheduling):
    """The tests of a file share servers, and so do those of one Airflow or API."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((part for part in SHARED if path.startswith(part)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Which tests go to which process."""
    config.option.loadscopereorder = False  # not by the number of tests in a file
    return OneProcessPerServer(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the dearest files first; the tests of a file keep their order."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        matches = (n for n, path in enumerate(DEAREST) if item.nodeid.startswith(path))
        return next(matches, len(DEAREST)), item.nodeid.startswith(LAST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Ports nobody listens on, each given out once to all processes of all test runs."""

    def next_port() -> int:
        with LAST_PORT.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            last = file.read()
            # Users, whose files differ, begin at different ones.
            place = PORTS.index(int(last)) if last.isdigit() else os.getuid() * 997 % len(PORTS)
            following = (PORTS[(place + step) % len(PORTS)] for step in range(1, len(PORTS)))
            port = next(one for one in following if not _is_taken(one))
            file.truncate(0)
            file.write(str(port))
        return port

    return next_port


@pytest.fixture(scope="session")
def make_settings(free_port) -> Iterator[Callable[..., settings.Settings]]:
    """Settings of an isolated home of its own; environment variables may be added by keyword."""
    made: list[settings.Settings] = []
    _sweep_up_after_killed_runs()
    packages = settings.load().packages
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    place = MEMORY if in_memory else None

    def make(**environ: str) -> settings.Settings:
        home = Path(tempfile.mkdtemp(prefix="vitals-test-", dir=place))
        home.chmod(0o711)  # as root, PostgreSQL runs as another user and must get in
        Record(Process.of(os.getpid()), "").write(home / OWNER)
        ports = {f"VITALS_{name.upper()}_PORT": free_port() for name in vars(settings.Ports())}
        given = {"VITALS_HOME": home, "VITALS_PACKAGES": packages, **ports, **environ}
        # A project folder without `.env`: the developer's own settings must not reach the tests.
        isolated = settings.load({k: str(v) for k, v in given.items()}, project=home)
        made.append(with_secrets(isolated))
        return made[-1]

    yield make
    for isolated in made:
        shutil.rmtree(TimescaleDB(isolated).data, ignore_errors=True)  # may lie elsewhere
        shutil.rmtree(isolated.home, ignore_errors=True)


@pytest.fixture(scope="session")
def test_settings(make_settings) -> settings.Settings:
    """Settings of the services that the fixtures below start."""
    return make_settings()


@pytest.fixture(scope="session")
def postgres_dsn(test_settings) -> Iterator[str]:
    """A running TimescaleDB: DSN of the login `vitals`, which may create databases and roles."""
    for dsn in _running(TimescaleDB(test_settings), test_settings.warehouse_dsn):
        with psycopg.connect(_superuser_dsn(test_settings), autocommit=True) as connection:
            # The machine does not lose power in a test, and databases come and go.
            connection.execute("alter system set fsync = off")
            connection.execute("alter system set max_wal_size = '512MB'")  # it may lie in memory
            # Plans must not depend on whether it has come by since a table was filled.
            connection.execute("alter system set autovacuum = off")
            connection.execute("select pg_reload_conf()")
        yield dsn


@pytest.fixture(scope="session")
def superuser_dsn(test_settings, postgres_dsn) -> str:
    """The same server for its superuser, who may end the server's own workers in a database."""
    return _superuser_dsn(test_settings)


@pytest.fixture(scope="session")
def new_warehouse(postgres_dsn) -> Callable[[], str]:
    """Make one more migrated, empty warehouse; returns its DSN (login: its owner)."""
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE}")
    warehouse.migrate(_database(postgres_dsn, TEMPLATE))

    def make() -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres_dsn, autocommit=True) as connection:
            connection.execute(f"create database {name} template {TEMPLATE}")
        return _database(postgres_dsn, name)

    return make


@pytest.fixture
def warehouse_dsn(new_warehouse, superuser_dsn) -> Iterator[str]:
    """A warehouse of this test's own."""
    yield from _dropped_after(new_warehouse(), superuser_dsn)


@pytest.fixture(scope="module")
def module_warehouse_dsn(new_warehouse, superuser_dsn) -> Iterator[str]:
    """A warehouse that the tests of one module share."""
    yield from _dropped_after(new_warehouse(), superuser_dsn)


@pytest.fixture(scope="session")
def mongo_server(test_settings) -> Iterator[str]:
    """A running document store: URI without a database."""
    uri = f"mongodb://127.0.0.1:{test_settings.ports.mongodb}/"
    yield from _running(MongoDB(test_settings), uri)


@pytest.fixture
def mongo_uri(mongo_server) -> Iterator[str]:
    """URI of an empty document database of this test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield f"{mongo_server}{name}"
    with pymongo.MongoClient(mongo_server) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def s3(test_settings) -> Iterator[connection_uris.S3Target]:
    """A running S3 server: its address and key."""
    yield from _running(S3(test_settings), test_settings.s3)


@pytest.fixture(scope="session")
def s3_endpoint(s3) -> str:
    """Address of the running S3 server; requests must be signed with the key of `s3`."""
    return s3.endpoint_url


@pytest.fixture(scope="session")
def chromium() -> str:
    """A browser for the tests of the web pages; they are skipped without one, but not in CI."""
    found = shutil.which("chromium")
    if not found and os.environ.get("CI"):
        pytest.fail("chromium is missing: tests/install-browser could not install it")
    if not found:
        pytest.skip("needs the package chromium")
    return found


def _sweep_up_after_killed_runs() -> None:
    """Stop and delete what test runs left behind that were killed before they could."""
    places = {MEMORY, Path(tempfile.gettempdir())}
    for home in (home for place in places for home in place.glob("vitals-test-*")):
        owner = Record.read(home / OWNER)
        if owner and not owner.process.alive:
            for record in map(Record.read, home.glob("run/*.json")):
                if record:
                    stop(record.process, signal.SIGTERM, patience=5)
            shutil.rmtree(home, ignore_errors=True)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do; connections of an ended server do not make its port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _running(service: Service, value: Any) -> Iterator[Any]:
    service.up()
    yield value
    service.down()


def _superuser_dsn(given: settings.Settings) -> str:
    return TimescaleDB(given).dsn("postgres", "postgres", given.secrets.postgres_password)


def _database(dsn: str, name: str) -> str:
    return f"{dsn.rpartition('/')[0]}/{name}"


def _dropped_after(dsn: str, superuser_dsn: str) -> Iterator[str]:
    yield dsn
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        connection.execute(f"drop database {dsn.rpartition('/')[2]} with (force)")
