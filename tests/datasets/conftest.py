"""A small warehouse made by dbt, and short ways to make data sets of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.dbt.warehouse import Warehouse, at

from vitals.api import studies
from vitals.datasets import tables
from vitals.datasets.descriptor import Description
from vitals.datasets.making import Order, make
from vitals.datasets.selection import Selection

OSLO = {"user_id": "p1", "devices": ["d1"], "time_zone": "Europe/Oslo", "gender": "female",
        "dob": at("1980-06-15").date(), "country": "NO", "email": "ada@example.org"}  # fmt: skip
DELHI = {"user_id": "p2", "devices": ["d2"], "time_zone": "Asia/Kolkata", "gender": "male"}
SILENT = {"user_id": "p3", "devices": ["d3"]}
# The study looks at three days of p1 and, without an end, at p3.
STUDY_DAYS = [date(2025, 10, 21), date(2025, 10, 22), date(2025, 10, 23)]


@pytest.fixture(scope="module")
def filled(module_warehouse) -> Warehouse:
    """A week of two people, and a third who never synced."""
    fill(module_warehouse)
    return module_warehouse


def fill(warehouse: Warehouse) -> None:
    warehouse.users(OSLO, DELHI, SILENT)
    for device in ("d1", "d2"):
        for day in range(18, 28):
            begin = f"2025-10-{day}"
            samples = [(f"{begin} {hour:02}:{half:02}", 60 + hour)
                       for hour in range(24) for half in (0, 20, 40)]  # fmt: skip
            warehouse.heart_rates(device, *samples)
            warehouse.steps(device, (f"{begin} 08:00", 50), (f"{begin} 08:01", 70))
    stages = [("2025-10-21 22:00", "light", 7200), ("2025-10-22 00:00", "deep", 7200)]
    warehouse.sleeps("d1", ("2025-10-21 22:00", "2025-10-22 05:00", stages))
    warehouse.sleeps("d1", ("2025-10-25 22:00", "2025-10-26 05:00"))
    _activity(warehouse)
    warehouse.transform()
    with psycopg.connect(warehouse.dsn, autocommit=True) as connection:
        studies.add(connection, "sleep", ["p1"], STUDY_DAYS[0], STUDY_DAYS[-1])
        studies.add(connection, "sleep", ["p3"], STUDY_DAYS[0])


def _activity(warehouse: Warehouse) -> None:
    """A walk that an account of p1 recorded, whose id says whose it is."""
    begin, end = at("2025-10-22 15:00"), at("2025-10-22 15:45")
    load_id = warehouse.load("profiles", source="garmin")
    _insert(
        warehouse, "garmin__profiles", account_id="garmin:p1", provider_user_id="x",
        load_id=load_id,
    )  # fmt: skip
    warehouse.touch(load_id, "profiles", "garmin:p1", [begin])
    load_id = warehouse.load("activities", source="garmin")
    _insert(
        warehouse, "garmin__activities", account_id="garmin:p1", local_date=begin.date(),
        activity_id=770123, start_ts=begin, end_ts=end, activity_type="casual_walking",
        duration_seconds=2700, load_id=load_id,
    )  # fmt: skip
    warehouse.touch(load_id, "activities", "garmin:p1", [begin, end])


def _insert(warehouse: Warehouse, table: str, **row: Any) -> None:
    values = ", ".join(f"%({column})s" for column in row)
    query = f"insert into raw.{table} ({', '.join(row)}) values ({values})"
    warehouse.connection.execute(query, row)


@dataclass(frozen=True)
class Maker:
    """Makes data sets of a warehouse in a folder of the test's own."""

    warehouse: Warehouse
    parent: Path

    def __call__(
        self,
        name: str = "set",
        *,
        names: tuple[str, ...] = (),
        file_format: str = "parquet",
        key: Path | None = None,
        lines: list[str] | None = None,
        **selection: Any,
    ) -> Description:
        order = Order(
            name, self.parent, Selection(**selection), tables.chosen(names), file_format, key
        )
        return make(self.warehouse.dsn, order, (lines if lines is not None else []).append)

    def path(self, table: str, name: str = "set") -> Path:
        return self.parent / name / "data" / f"{table}.parquet"

    def table(self, table: str, name: str = "set") -> pa.Table:
        return pq.read_table(self.path(table, name))

    def rows(self, table: str, name: str = "set") -> list[dict[str, Any]]:
        return self.table(table, name).to_pylist()

    def descriptor(self, name: str = "set") -> dict[str, Any]:
        return json.loads((self.parent / name / "datapackage.json").read_text())


@pytest.fixture
def maker(filled, tmp_path) -> Iterator[Maker]:
    yield Maker(filled, tmp_path / "made")
    filled.connection.execute("truncate datasets.made cascade")


@pytest.fixture
def bytes_of() -> Callable[[Path], dict[str, bytes]]:
    """The data files of a folder."""
    return lambda folder: {path.name: path.read_bytes() for path in folder.glob("data/*")}
