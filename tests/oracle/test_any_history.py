"""No arrival order may change a result: histories of deliveries, in runs, against one rebuild.

Each history splits the same deliveries into runs of load and transformation in another way. After
the last run, agg must equal the oracle, and a full rebuild must not change a bit of it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pymongo
import pytest
from tests.full import in_full
from tests.oracle import definitions
from tests.oracle.comparison import assert_same
from tests.oracle.definitions import Truth
from tests.oracle.pipeline import Pipeline

from vitals.synthetic import Cohort, Delivery, deliver, write_truth

pytestmark = pytest.mark.slow

# A clock change, the end of a month, a journey, a watch that syncs late, a user registered late.
COHORT = Cohort(participants=5, days=3, start_date=date(2025, 3, 29))
TABLES = {
    "daily_health": ["participant_id", "local_date"],
    "weekly_health": ["participant_id", "week_start"],
    "monthly_health": ["participant_id", "month_start"],
}
RUNS = 3
Runs = list[list[Delivery]]


def as_they_came(deliveries: list[Delivery], chance: Random) -> Runs:
    """Runs at random moments: what a schedule does."""
    cuts = sorted(chance.sample(range(len(deliveries)), RUNS - 1))
    bounds = zip([0, *cuts], [*cuts, len(deliveries)], strict=True)
    return [deliveries[first:last] for first, last in bounds]


def shuffled(deliveries: list[Delivery], chance: Random) -> Runs:
    """Every version of a document in a random run, the complete one not before the partial one."""
    versions: dict[object, list[Delivery]] = {}
    for delivery in deliveries:
        versions.setdefault(delivery.document["_id"], []).append(delivery)
    runs: Runs = [[] for _ in range(RUNS)]
    for states in chance.sample(list(versions.values()), len(versions)):
        numbers = sorted(chance.randrange(RUNS) for _ in states)
        for number, state in zip(numbers, states, strict=True):
            runs[number].append(state)
    return runs


def newest_first(deliveries: list[Delivery], chance: Random) -> Runs:
    """Complete documents only, the oldest in the last run, as when old watches are found again."""
    complete = {delivery.document["_id"]: delivery for delivery in deliveries}
    return as_they_came(list(reversed(complete.values())), chance)


HISTORIES: list[tuple[Callable[[list[Delivery], Random], Runs], timedelta]] = [
    (as_they_came, timedelta(hours=24)),
    # A document that grows long after it was inserted is found only within the overlap.
    (shuffled, timedelta(days=60)),
    (newest_first, timedelta(hours=24)),
]
USUAL = HISTORIES[1]  # has something of the others


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> Truth:
    folder = tmp_path_factory.mktemp("truth")
    write_truth(COHORT, folder)
    return Truth.read(folder)


@pytest.mark.parametrize(
    ("split", "overlap"),
    [
        pytest.param(*history, id=history[0].__name__, marks=() if history == USUAL else in_full)
        for history in HISTORIES
    ],
)
def test_every_history_ends_in_the_same_rows(split, overlap, truth, warehouse, mongo_uri, tmp_path):
    chance = Random(split.__name__)
    pipeline = Pipeline(warehouse.dsn, mongo_uri, tmp_path, manifest=warehouse.manifest)
    with pymongo.MongoClient(mongo_uri) as client:
        for deliveries in split(list(COHORT.deliveries()), chance):
            deliver(deliveries, client.get_default_database())
            pipeline.load(overlap)
            if chance.random() < 0.5:
                pipeline.load(overlap, mode=chance.choice(["incremental", "full"]))
            pipeline.transform()

    incremental = {table: pipeline.agg(table).sort(key) for table, key in TABLES.items()}
    for table, key in TABLES.items():
        assert_same(getattr(definitions, table)(truth), incremental[table], key)
    pipeline.rebuild()
    for table, key in TABLES.items():
        assert incremental[table].equals(pipeline.agg(table).sort(key)), table
