"""The database server is killed between upload and drop: nothing is lost, nothing there twice."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.archive.conftest import START, Rig, emptied
from tests.waiting import wait_until

from vitals import warehouse
from vitals.archive.bucket import Bucket
from vitals.archive.chunk_job import ChunkJob
from vitals.archive.restore import load_part
from vitals.archive.session import Session
from vitals.embedded.process import Record
from vitals.embedded.timescaledb import TimescaleDB
from vitals.warehouse import WarehouseError

pytestmark = pytest.mark.slow

# Where it dies: the object is there without a manifest; with it; the chunk is dropped, uncommitted.
MOMENTS = {
    "uploaded": (Bucket, "write_manifest"),
    "described": (ChunkJob, "_hold"),
    "dropped": (Session, "commit"),
}


@pytest.fixture(scope="module")
def own_server(make_settings) -> Iterator[TimescaleDB]:
    """A server that nobody else is connected to."""
    service = TimescaleDB(make_settings())
    service.up()
    warehouse.migrate(service.settings.warehouse_dsn)
    yield service
    service.down()


@pytest.fixture
def cold(own_server, bucket) -> Rig:
    made = emptied(Rig(own_server.settings.warehouse_dsn, bucket))
    made.fill("d1", "d2")
    return made


def kill(service: TimescaleDB) -> None:
    """As the kernel does that runs out of memory: its processes see that, and end as well."""
    record = Record.read(service.record_file)
    assert record
    number = record.process.pid
    family = [one for one in Path("/proc").iterdir() if _parent(one) == number]
    assert family
    os.kill(number, signal.SIGKILL)
    wait_until(lambda: all(_parent(one) is None for one in family))


def _parent(process: Path) -> int | None:
    """Number of the process that started another one; None if that has ended."""
    try:
        state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return None
    return None if state == "Z" else int(parent)


@pytest.mark.parametrize("moment", MOMENTS)
def test_whenever_the_server_is_killed_the_next_run_completes_it(
    cold, own_server, monkeypatch, moment
):
    rows, (owner, name) = cold.rows(), MOMENTS[moment]
    original = getattr(owner, name)

    def dying(*arguments):
        kill(own_server)
        return original(*arguments)

    monkeypatch.setattr(owner, name, dying)
    with pytest.raises((WarehouseError, psycopg.OperationalError)):
        cold.archive()
    monkeypatch.undo()
    assert own_server.up() == "started"

    assert cold.rows() == rows
    assert [part[3] for part in cold.parts()] == ["uploading"]
    cold.sample("d1", START.replace(second=1), 60)  # comes before the next run
    rows = cold.rows()
    assert cold.archive().outcomes == {"archived": 1}
    assert cold.rows() == []
    assert [part[2:] for part in cold.parts()] == [(1, "archived", len(rows))]
    assert len(list(cold.bucket.keys("archive/"))) == 1
    [manifest] = cold.bucket.manifests()
    load_part(cold.dsn, cold.bucket, manifest.key_in_bucket, progress=str)
    assert cold.rows() == rows
