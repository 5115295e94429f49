"""Producer, broker, sink, lake and load, with sink and loader killed at random: nothing lost.

With VITALS_FULL_TESTS=1 a million events instead of a few thousand.
"""

import os
import random
import time
from dataclasses import replace

import pytest
from tests.stream.conftest import as_table, produced

FULL = bool(os.environ.get("VITALS_FULL_TESTS"))
COUNT = 1_000_000 if FULL else 60_000
KILLS = 8 if FULL else 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_was_produced_is_stored_whoever_is_killed(rig, capsys):
    luck = random.Random(5)
    begun = time.monotonic()
    # A reader that comes back by its name gets its partitions at once.
    named = {**rig.stream.client, "group.instance.id": "sink"}
    rig = replace(rig, stream=replace(rig.stream, client=named, flush_events=COUNT // 30))
    events = rig.produce(COUNT, people=40, interval_seconds=1.0 if FULL else 10.0)
    sent = time.monotonic()
    kills = {"sink": 0, "load": 0}
    for _ in range(KILLS):
        sink = rig.process("sink", STREAM__FLUSH_EVENTS=rig.stream.flush_events)
        time.sleep(luck.uniform(1.5, 9.0 if FULL else 4.0))  # the first second is imports
        sink.kill()
        kills["sink"] += sink.wait() == -9
        load = rig.process("load")
        time.sleep(luck.uniform(1.5, 6.0 if FULL else 4.0))
        load.kill()
        kills["load"] += load.wait() == -9
    assert kills["sink"] == KILLS and kills["load"]
    rig.drain()
    rig.load()
    ended = time.monotonic()
    # Whatever a killed load has left behind is there as well: the table is what was produced.
    expected = produced(events, COUNT)
    stored = rig.rows()
    assert stored.num_rows == COUNT
    assert stored.equals(as_table([*zip(*(c.to_pylist() for c in expected.columns), strict=True)]))
    keys = (
        "select count(distinct (topic, kafka_partition, kafka_offset)) from raw.stream__heart_rates"
    )
    assert rig.fetch(keys) == [(COUNT,)]
    books = rig.fetch(
        "select status, count(*)::int, sum(rows_read)::int, sum(rows_loaded)::int, "
        "sum(rows_superseded)::int, sum(rows_rejected)::int from raw.loads group by 1"
    )
    for status, _, read, loaded, superseded, rejected in books:
        assert status in ("done", "interrupted")
        assert status == "interrupted" or read == loaded + superseded + rejected
    # What an interrupted load had written, the one after it found there.
    assert sum(loaded for _, _, _, loaded, _, _ in books) == COUNT
    with capsys.disabled():
        print(
            f"\n{COUNT:,} events sent in {sent - begun:.1f} s, all stored after "
            f"{ended - begun:.1f} s; killed: {kills}; loads: {books}"
        )
