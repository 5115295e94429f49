"""Producer, broker, sink, lake, load and dbt, with sink and loader killed at random: nothing lost.

With VITALS_FULL_TESTS=1 a million events instead of a few thousand.
"""

import random
import signal
import time
from dataclasses import replace

import psycopg
import pytest
from tests.full import IS_FULL
from tests.stream.conftest import Rig, as_table, produced
from tests.waiting import wait_until

from vitals.load import oltp
from vitals.operational_settings import READER, OperationalTarget
from vitals.synthetic import operational

COUNT = 1_000_000 if IS_FULL else 60_000
KILLS = 8 if IS_FULL else 2
LATER_SECONDS = 8.0 if IS_FULL else 0.5
INTERVAL_SECONDS = 1.0 if IS_FULL else 10.0
PEOPLE = 40

WAITING = """
    select from pg_locks
    inner join pg_database on pg_locks.database = pg_database.oid
    where
        datname = current_database()
        and relation = 'raw.stream__heart_rates'::regclass
        and not granted
"""

FACTS = """
    select
        facts.ts,
        facts.participant_id as user_id,
        facts.heart_rate_bpm,
        activities.activity_id,
        facts.latitude,
        facts.longitude
    from stage.fct_heart_rates as facts
    inner join stage.dim_activity as activities using (activity_key)
    order by facts.ts, facts.participant_id
"""


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_was_produced_is_stored_whoever_is_killed(rig, warehouse, capsys):
    luck = random.Random(5)
    rig = replace(rig, dsn=warehouse.dsn)
    _describe_people_and_activities(rig)
    begun = time.monotonic()
    # A reader that comes back by its name gets its partitions at once.
    named = {**rig.stream.client, "group.instance.id": "sink"}
    rig = replace(rig, stream=replace(rig.stream, client=named, flush_events=COUNT // 30))
    part = COUNT // KILLS
    for number in range(KILLS):
        events = rig.produce(part, number * part, people=PEOPLE, interval_seconds=INTERVAL_SECONDS)
        _kill_a_sink(rig, luck.uniform(0, LATER_SECONDS))
        # The first before it has written anything, for certain; later ones in the midst of it.
        _kill_a_load(rig, number and luck.uniform(0, LATER_SECONDS))
    rig.drain()
    rig.load()
    in_raw = time.monotonic()
    warehouse.transform("--select", "fct_heart_rates")
    ended = time.monotonic()
    # Whatever a killed load has left behind is there as well: the table is what was produced.
    expected = produced(events, COUNT)
    stored = rig.rows()
    assert stored.num_rows == COUNT
    wanted = as_table([*zip(*(c.to_pylist() for c in expected.columns), strict=True)])
    assert stored.equals(wanted)
    assert as_table(rig.fetch(FACTS)).equals(wanted)
    keys = (
        "select count(distinct (topic, kafka_partition, kafka_offset)) from raw.stream__heart_rates"
    )
    assert rig.fetch(keys) == [(COUNT,)]
    books = rig.fetch(
        "select status, count(*)::int, sum(rows_read)::int, sum(rows_loaded)::int, "
        "sum(rows_superseded)::int, sum(rows_rejected)::int from raw.loads "
        "where source = 'stream' group by 1"
    )
    for status, _, read, loaded, superseded, rejected in books:
        assert status in ("done", "interrupted")
        assert status == "interrupted" or read == loaded + superseded + rejected
    # What an interrupted load had written, the one after it found there.
    assert sum(loaded for _, _, _, loaded, _, _ in books) == COUNT
    with capsys.disabled():
        print(
            f"\n{COUNT:,} events, {KILLS} sinks and loads killed: all in raw after "
            f"{in_raw - begun:.1f} s, all facts after {ended - begun:.1f} s; loads: {books}"
        )


def _kill_a_sink(rig: Rig, seconds: float) -> None:
    """Kill it so long after it has put something new into the lake."""
    before = len(rig.lake.names())
    sink = rig.process("sink", STREAM__FLUSH_EVENTS=rig.stream.flush_events)
    wait_until(lambda: len(rig.lake.names()) > before or sink.poll() is not None)
    time.sleep(seconds)
    sink.kill()
    assert sink.wait() == -signal.SIGKILL


def _kill_a_load(rig: Rig, seconds: float) -> None:
    """Kill it so long after it was about to write; at 0 it is still about to."""
    with psycopg.connect(rig.dsn) as other:
        other.execute("lock table raw.stream__heart_rates in share mode")
        load = rig.process("load")
        wait_until(lambda: rig.fetch(WAITING) or load.poll() is not None)
        if seconds:
            other.rollback()
            time.sleep(seconds)
        load.kill()
        assert load.wait() in (-signal.SIGKILL, 0 if seconds else None)


def _describe_people_and_activities(rig: Rig) -> None:
    """What the operational database knows, which the facts refer to."""
    with psycopg.connect(rig.dsn, autocommit=True) as connection:
        operational.fill(connection, 1, PEOPLE)
    oltp.extract_and_load(rig.dsn, OperationalTarget(rig.dsn, role=READER), progress=str)
