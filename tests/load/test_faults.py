"""Servers that fail, runs that die, two runs at once: clear errors and the same rows in the end."""

import random
import threading
import time
from multiprocessing.process import BaseProcess

import psycopg
import pytest
from tests.killing import started
from tests.load.conftest import EPOCH, Rig, heart_rates, sleep
from tests.waiting import wait_until

from vitals.load import iot
from vitals.load.books import AnotherRunError, Books
from vitals.load.pipeline import LoadError
from vitals.sources.iot.client import SourceError
from vitals.warehouse import WarehouseError

# Of 2 devices x 12 buckets x 183 samples one in a bucket is bad and three repeat the next bucket's
# first ones: 12 x 180 + 2 keys for each device.
HEART_RATES = 2 * (12 * 180 + 2)


def start_run(rig: Rig, slice_samples: int = 3_000) -> BaseProcess:
    return started(iot.extract_and_load, rig.dsn, rig.uri, slice_samples=slice_samples)


def fill(rig: Rig, buckets: int = 12) -> None:
    """Heart rates in several slices, with duplicates and bad samples, and a bit of the rest."""
    for device in ("a", "b"):
        rig.mongo.heart_rates.insert_many([
            heart_rates(device, 900 * i, [60 + i % 5, 61, 300, *[70 + i] * 180])
            for i in range(buckets)
        ])  # fmt: skip
    rig.mongo.steps.insert_one(
        {"device_id": "a", "metrics": [{"ts": EPOCH + 60 * i, "steps": i} for i in range(60)]}
    )
    rig.mongo.sleeps.insert_many([sleep("a", 8), sleep("a", 7), sleep("b", 6)])
    rig.mongo.users.insert_one({"user_id": "u", "devices": ["a", "b"]})


def test_an_unreachable_document_store_is_told_in_one_line(rig, monkeypatch):
    monkeypatch.setattr("vitals.sources.iot.client.SELECTION_MS", 2_000)
    with pytest.raises(SourceError, match=r"^cannot read MongoDB at 127.0.0.1:1/iot: .*refused"):
        iot.extract_and_load(rig.dsn, "mongodb://user:secret@127.0.0.1:1/iot")
    assert rig.count("loads") == 0


def test_an_unreachable_warehouse_is_told_in_one_line(mongo_uri):
    dsn = "postgresql://vitals:secret@127.0.0.1:1/vitals"
    with pytest.raises(WarehouseError, match=r"^cannot open the warehouse 127.0.0.1:1/vitals"):
        iot.extract_and_load(dsn, mongo_uri)


def test_a_full_disk_fails_the_load_and_the_next_run_completes_it(rig, connection):
    """The message and code that PostgreSQL gives when it cannot extend a file."""
    fill(rig, 2)
    connection.execute("""
        create function no_space() returns trigger language plpgsql as $$ begin
            raise exception 'could not extend file: No space left on device'
            using errcode = '53100';
        end $$;
        create trigger full_disk before insert on raw.iot__steps
        for each row execute function no_space();
    """)
    with pytest.raises(LoadError, match="No space left on device") as raised:
        rig.load()
    assert "\n" not in str(raised.value)
    failed = rig.fetch("select count(*), max(error) from raw.loads where status = 'failed'")[0]
    assert failed[0] > 0
    assert "No space left on device" in failed[1]
    assert rig.count("iot__steps") == 0
    connection.execute("drop trigger full_disk on raw.iot__steps")
    rig.load()
    assert rig.count("iot__steps") == 60


def test_a_lost_connection_fails_the_run_and_the_next_completes_it(rig):
    fill(rig)
    lines: list[str] = []

    def cut(line: str) -> None:
        lines.append(line)
        if len(lines) == 1:
            with psycopg.connect(rig.dsn, autocommit=True) as other:
                other.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where datname = current_database() and pid <> pg_backend_pid()"
                )

    with pytest.raises((WarehouseError, LoadError)):
        iot.extract_and_load(rig.dsn, rig.uri, progress=cut, slice_samples=500)
    rig.load()
    assert rig.count("iot__heart_rates") == HEART_RATES
    assert rig.fetch("select count(*) from raw.loads where status = 'running'") == [(0,)]


def test_two_runs_at_once_load_everything_once(rig):
    fill(rig)
    summaries = []
    runs = [
        threading.Thread(target=lambda: summaries.append(
            iot.extract_and_load(rig.dsn, rig.uri, slice_samples=500)
        ))
        for _ in range(2)
    ]  # fmt: skip
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(summary.counts["rows_loaded"] > 0 for summary in summaries) == [False, True]
    assert rig.unreconciled() == []


def test_first_runs_make_the_tables_of_dlt_one_after_the_other(rig):
    fill(rig, 1)
    waits = """
        select count(*) from pg_locks
        where
            not granted and locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())
    """
    run = threading.Thread(target=rig.load)
    with psycopg.connect(rig.dsn, autocommit=True) as other:
        other.execute("select pg_advisory_lock(hashtextextended('vitals dlt schema', 0))")
        run.start()
        wait_until(lambda: rig.fetch(waits) != [(0,)])
        assert rig.fetch("select to_regclass('raw._dlt_loads')") == [(None,)]
    run.join()
    assert rig.count("_dlt_loads") > 0
    assert rig.count("iot__steps") == 60


def test_a_run_that_waits_too_long_for_another_says_so(rig):
    with (
        Books.open(rig.dsn, "iot", 0),
        pytest.raises(AnotherRunError, match="another run is loading iot"),
    ):
        rig.load(lock_wait_seconds=0.1)


def test_a_killed_run_is_marked_by_the_next_which_completes_it(rig):
    fill(rig)
    run = start_run(rig, slice_samples=500)
    wait_until(lambda: rig.count("loads") >= 3 or not run.is_alive(), pause=0.01)
    run.kill()
    run.join()
    rig.load()
    statuses = dict(rig.fetch("select status, count(*) from raw.loads group by 1"))
    assert "running" not in statuses
    assert rig.count("iot__heart_rates") == HEART_RATES


@pytest.mark.slow
def test_kill_at_any_moment_leaves_the_rows_of_an_undisturbed_run(rig, new_warehouse):
    """Twenty runs of one backlog, each killed at a random moment, then one that may end."""
    fill(rig)
    undisturbed = Rig(new_warehouse(), rig.uri, rig.mongo)
    started(int).join()  # what they are forked from is there
    began = time.monotonic()
    start_run(undisturbed).join()
    seconds = time.monotonic() - began
    chance = random.Random(20)
    for _ in range(20):
        run = start_run(rig)
        time.sleep(seconds * chance.uniform(0.02, 1.05))
        run.kill()
        run.join()
    rig.load()
    assert rig.rows() == undisturbed.rows()
    assert _rejected(rig) == _rejected(undisturbed)
    assert rig.fetch("select count(*) from raw.loads where status = 'running'") == [(0,)]
    _check_touched(rig)


def _rejected(rig: Rig) -> list[tuple]:
    return rig.fetch("select resource, record_id, field, reason from raw.rejected_records "
                     "order by 1, 2, 3, 4")  # fmt: skip


def _check_touched(rig: Rig) -> None:
    """Every stored row lies in a range that its load touched, whatever became of the load."""
    for table, time_column in (("heart_rates", "ts"), ("steps", "ts"), ("sleeps", "start_ts")):
        missed = rig.fetch(f"""
            select count(*) from raw.iot__{table} as stored
            where not exists (
                select from raw.touched_days as touched
                where touched.load_id = stored.load_id and touched.subject_id = stored.device_id
                  and stored.{time_column} between touched.first_ts and touched.last_ts
            )
        """)
        assert missed == [(0,)]
