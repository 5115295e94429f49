"""What is under way while somebody is deleted brings nothing of them back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.archive.conftest import Rig
from tests.waiting import wait_until

from vitals import warehouse
from vitals.archive.errors import ArchiveError
from vitals.archive.part_load import PartLoad, Wish
from vitals.archive.restore import choose, fetch
from vitals.archive.session import Session
from vitals.deletion.participant import delete_participant

pytestmark = pytest.mark.slow

WAITING = """
    select from pg_locks
    where
        not granted and locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())
"""


@pytest.fixture
def rig(two_watches) -> Rig:
    """A week of two people who share the archive."""
    two_watches.fill("w1", "w2")
    return two_watches


def test_nothing_is_archived_until_the_rows_are_gone(rig):
    rig.archive()
    was_refused = []

    def step(_: str) -> None:
        try:
            rig.archive()
            was_refused.append(False)
        except ArchiveError:
            was_refused.append(True)

    delete_participant(rig.dsn, "p1", None, rig.bucket, progress=step)
    # From after the tombstones were set to before the last line.
    assert was_refused == [False, True, True, False]


def test_a_restore_that_began_before_leaves_them_out(rig, tmp_path):
    rig.archive()
    [manifest] = choose(rig.bucket)
    path = Path(tmp_path, "rows.parquet")
    fetch(rig.bucket, manifest, path)
    with Session.open(rig.dsn) as session:
        load = PartLoad(session, manifest, path, Wish(None, "raw", False, None))
        delete_participant(rig.dsn, "p1", None, None, progress=str)
        restored = load.run()
    assert (restored.added, restored.left_out) == (2016, 2016)
    assert {row[0] for row in rig.rows()} == {"w2"}


@pytest.mark.parametrize("lock", ["vitals restore", "vitals archive"])
def test_a_deletion_waits_for_what_has_read_rows_already(rig, lock):
    """A restore, and a model of dbt: both hold the lock until they have written what they read."""
    rig.run("create schema if not exists looked_at")
    rig.run("create table looked_at.iot__heart_rates (like raw.iot__heart_rates)")
    with ThreadPoolExecutor(1) as pool, warehouse.connect(rig.dsn) as other:
        other.execute(f"select pg_advisory_xact_lock_shared(hashtextextended('{lock}', 0))")
        other.execute("create temporary table staged as select * from raw.iot__heart_rates")
        deletion = pool.submit(delete_participant, rig.dsn, "p1", None, None, str)
        wait_until(lambda: rig.fetch(WAITING))
        other.execute("insert into looked_at.iot__heart_rates select * from staged")
        other.commit()
        receipt = deletion.result(timeout=300)
    assert receipt.left == 0
    assert rig.fetch("select distinct device_id from looked_at.iot__heart_rates") == [("w2",)]
    rig.run("drop schema looked_at cascade")
