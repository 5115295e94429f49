"""Warehouses with every dbt relation in place and no data; fixtures of the whole suite."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.dbt.warehouse import Warehouse

# A parsed project knows the name of its database, so that of every test has the same one.
DATABASE = "transformed"
TEMPLATE = "transformed_template"


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="session")
def server(superuser_dsn):
    """For the superuser, who alone may end the server's own workers in a database."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def parsed(new_warehouse, server, dbt_target):
    """The parsed project, and a template: a warehouse as `dbt build --select tag:static` leaves it.

    dbt commands that get the parsed project need not read its files again.
    """
    address, _, made = new_warehouse().rpartition("/")
    server.execute(f"alter database {made} rename to {DATABASE}")
    static = Warehouse(f"{address}/{DATABASE}", dbt_target)
    static.manifest = static.parse()
    no_tests = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    static.dbt("build", "--select", "tag:static", *no_tests)
    static.close()
    server.execute(f"alter database {DATABASE} rename to {TEMPLATE}")
    return static.manifest


@pytest.fixture
def warehouse(parsed, server, postgres_dsn, dbt_target) -> Iterator[Warehouse]:
    """A warehouse of this test's own."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as made:
        yield made


@pytest.fixture(scope="module")
def module_warehouse(parsed, server, postgres_dsn, dbt_target) -> Iterator[Warehouse]:
    """A warehouse that the tests of one module share; they can have no other beside it."""
    with a_warehouse(server, postgres_dsn, dbt_target, parsed) as made:
        yield made


@contextmanager
def a_warehouse(server, dsn: str, target: Path, manifest: Any) -> Iterator[Warehouse]:
    """A copy of the template: only one at a time has the name that dbt expects."""
    server.execute(f"create database {DATABASE} template {TEMPLATE} owner vitals")
    made = Warehouse(f"{dsn.rpartition('/')[0]}/{DATABASE}", target, manifest)
    yield made
    made.close()
    server.execute(f"drop database {made.dsn.rpartition('/')[2]} with (force)")


def set_aside(server, warehouse: Warehouse, name: str) -> None:
    """Rename the database of a warehouse that dbt is done with, so that others can be made."""
    address, _, known = warehouse.dsn.rpartition("/")
    warehouse.close()
    server.execute(f"alter database {known} rename to {name}")
    warehouse.dsn = f"{address}/{name}"
    warehouse.open()
