"""A document store and a warehouse with short ways to fill, load and look."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pymongo
import pytest
from pymongo.database import Database

from vitals import warehouse
from vitals.load import iot
from vitals.load.summary import LoadSummary

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
EPOCH = int(START.timestamp())

TABLES = {
    "iot__heart_rates": "device_id, ts, bpm, confidence",
    "iot__steps": "device_id, ts, steps",
    "iot__sleeps": "device_id, start_ts, end_ts, duration_ms, levels, extra",
    "iot__users": "user_id, age, dob, gender, height_cm, email, devices, time_zone, country, extra",
}


def heart_rates(device: str, first: int, bpms: list[Any], **fields: Any) -> dict[str, Any]:
    """A bucket with a sample every 5 seconds from second `first` after START on."""
    metrics = [
        {"ts": EPOCH + first + 5 * i, "bpm": bpm, "confidence": 1} for i, bpm in enumerate(bpms)
    ]
    return {"device_id": device, "created_at": EPOCH + first, "metrics": metrics, **fields}


def sleep(device: str, hours: float, **fields: Any) -> dict[str, Any]:
    metrics = [{"start_ts": START, "end_ts": START + timedelta(hours=hours), **fields}]
    return {"device_id": device, "created_at": EPOCH, "metrics": metrics}


class Rig:
    """One warehouse and one document database."""

    def __init__(self, dsn: str, uri: str, database: Database) -> None:
        self.dsn, self.uri, self.mongo = dsn, uri, database

    def load(self, mode: str = "incremental", **arguments: Any) -> LoadSummary:
        summary = iot.extract_and_load(self.dsn, self.uri, mode, progress=_silent, **arguments)
        assert self.unreconciled() == []
        return summary

    def waiting(self) -> bool:
        return iot.new_documents_waiting(self.dsn, self.uri)

    def fetch(self, query: str, values: Any = None) -> list[tuple]:
        with warehouse.connect(self.dsn) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, table: str) -> int:
        return self.fetch(f"select count(*) from raw.{table}")[0][0]

    def rows(self) -> dict[str, list[tuple]]:
        """What the data tables hold, without load ids; of users the newest version."""
        found = {}
        for table, columns in TABLES.items():
            source = f"raw.{table}"
            if table == "iot__users":
                source = (
                    f"(select distinct on (user_id) * from {source} "
                    "order by user_id, load_id desc) as newest"
                )
            found[table] = self.fetch(f"select {columns} from {source} order by 1, 2")
        return found

    def unreconciled(self) -> list[tuple]:
        return self.fetch(
            "select * from raw.loads where status = 'done' "
            "and rows_read <> rows_loaded + rows_rejected + rows_superseded"
        )


def _silent(line: str) -> None:
    """Take a progress line."""


@pytest.fixture
def rig(warehouse_dsn, mongo_uri) -> Iterator[Rig]:
    with pymongo.MongoClient(mongo_uri) as client:
        yield Rig(warehouse_dsn, mongo_uri, client.get_default_database())


@pytest.fixture
def connection(warehouse_dsn) -> Iterator[psycopg.Connection]:
    with warehouse.connect(warehouse_dsn, autocommit=True) as connection:
        yield connection
