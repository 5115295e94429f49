"""Any split of the documents into runs, in any order: the same rows."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.load.conftest import EPOCH, START, Rig

from vitals.load.prefetch import read_ahead

instants = st.integers(0, 6).map(lambda i: EPOCH + 5 * i) | st.just(START.isoformat())
heart_rates = st.builds(
    lambda device, samples: ("heart_rates", {"device_id": device, "metrics": samples}),
    st.sampled_from(["a", "b", 3]),
    st.lists(
        st.fixed_dictionaries(
            {"ts": instants, "bpm": st.sampled_from([60, 61.5, 20, "x"])},
            optional={"confidence": st.sampled_from([0, 1, 0.5, None])},
        ),
        max_size=6,
    ),
)
steps = st.builds(
    lambda samples: ("steps", {"device_id": "a", "metrics": samples}),
    st.lists(st.fixed_dictionaries({"ts": instants, "steps": st.integers(-1, 3)}), max_size=4),
)
sleeps = st.builds(
    lambda hours, levels: ("sleeps", {"device_id": "a", "metrics": [
        {"start_ts": START, "end_ts": START + timedelta(hours=hours), "levels": levels}
    ]}),
    st.integers(-1, 3),
    st.sampled_from([None, [], [{"ts": EPOCH, "level": "deep", "seconds": 60}]]),
)  # fmt: skip
documents = st.lists(heart_rates | steps | sleeps, min_size=2, max_size=12)


@pytest.mark.slow
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take many runs
    suppress_health_check=list(HealthCheck),
)
@given(found=documents, random=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_rows(new_warehouse, mongo_uri, rig, found, random):
    results = []
    for runs in ([found], _split(found, random)):
        for name in ("heart_rates", "steps", "sleeps"):
            rig.mongo.drop_collection(name)
        one = Rig(new_warehouse(), mongo_uri, rig.mongo)
        for run in runs:
            for name, document in run:
                rig.mongo[name].insert_one({"_id": _some_id(random), **document})
            one.load()
        results.append((one.rows(), _refused(one)))
    assert results[0] == results[1]


def _split(found: list, random) -> list[list]:
    shuffled = list(found)
    random.shuffle(shuffled)
    size = random.randint(1, len(shuffled))
    return [shuffled[i : i + size] for i in range(0, len(shuffled), size)]


def _some_id(random) -> ObjectId:
    """Mostly inserted now, sometimes made by a client long before."""
    age = timedelta(days=random.choice([0, 0, 0, 40]))
    stamp = ObjectId.from_datetime(datetime.now(UTC) - age).binary[:4]
    return ObjectId(stamp + ObjectId().binary[4:])


def _refused(rig: Rig) -> list[str]:
    rows = rig.fetch("select resource, field, payload from raw.rejected_records")
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_reading_ahead_keeps_order_and_stays_close():
    made: list[int] = []

    def items():
        for i in range(20):
            made.append(i)
            yield i

    seen = []
    with read_ahead(items(), most=2) as ahead:
        for ready in ahead:
            assert 1 <= len(ready) <= 3
            seen += ready
            assert len(made) <= len(seen) + 3
    assert seen == list(range(20))


def test_what_is_ready_comes_together():
    made = threading.Event()

    def items():
        yield 1
        yield from (2, 3)
        made.set()
        yield 4

    with read_ahead(items(), most=3) as ahead:
        assert made.wait(60)
        found = [*ahead]
    assert found[0][:3] == [1, 2, 3]
    assert sum(found, []) == [1, 2, 3, 4]


def test_an_error_while_reading_ahead_comes_after_what_was_read():
    def items():
        yield 1
        raise ValueError("broken")

    seen = []
    with pytest.raises(ValueError, match="broken"), read_ahead(items()) as ahead:
        for ready in ahead:
            seen += ready
    assert seen == [1]


def test_leaving_early_stops_the_reading():
    made: list[int] = []

    def items():
        for i in range(10_000):
            made.append(i)
            yield i

    with read_ahead(items()) as ahead:
        next(ahead)
    assert len(made) < 10


def test_a_summary_is_json(rig):
    rig.mongo.steps.insert_one({"device_id": "a", "metrics": [{"ts": EPOCH, "steps": 1}], "x": 1})
    found = json.loads(json.dumps(rig.load().to_dict()))
    assert found["resources"]["steps"]["rows_loaded"] == found["counts"]["rows_loaded"] == 1
    assert found["unknown_fields"] == {"steps": ["x"]}
