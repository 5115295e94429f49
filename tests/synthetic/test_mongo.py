"""Filling a real document store, once, twice, after an interruption and a day later."""

from dataclasses import replace
from datetime import date, timedelta

import bson
import pymongo
import pytest

from vitals.synthetic import COLLECTIONS, Cohort, deliver, fill_mongo

COHORT = Cohort(participants=2, days=2, resolution_seconds=15, start_date=date(2025, 3, 28))


@pytest.fixture
def database(mongo_uri):
    with pymongo.MongoClient(mongo_uri) as client:
        yield client.get_default_database()


def stored(database) -> dict[str, list[bytes]]:
    """Every document of every collection, in the order of `_id`."""
    return {
        name: [bson.encode(one) for one in database[name].find({}).sort("_id", 1)]
        for name in COLLECTIONS
    }


def expected(cohort: Cohort) -> dict[str, list[bytes]]:
    return {
        name: [
            bson.encode(one)
            for one in sorted(cohort.documents(name), key=lambda document: document["_id"])
        ]
        for name in COLLECTIONS
    }


def test_the_store_gets_every_document(mongo_uri, database):
    progress = []
    added = fill_mongo(COHORT, mongo_uri, lambda *step: progress.append(step))
    assert stored(database) == expected(COHORT)
    assert added == {name: len(documents) for name, documents in expected(COHORT).items()}
    assert dict(progress) == added


def test_filling_again_adds_nothing(mongo_uri, database):
    fill_mongo(COHORT, mongo_uri)
    assert set(fill_mongo(COHORT, mongo_uri).values()) == {0}
    assert stored(database) == expected(COHORT)


def test_filling_goes_on_after_an_interruption(mongo_uri, database):
    fill_mongo(COHORT, mongo_uri)
    some = [one["_id"] for one in database["heart_rates"].find({}, {"_id": 1})][100:200]
    for identity in some:
        database["heart_rates"].delete_one({"_id": identity})
    added = fill_mongo(COHORT, mongo_uri)
    assert added == {"users": 0, "heart_rates": 100, "steps": 0, "sleeps": 0}
    assert stored(database) == expected(COHORT)


def test_the_next_day_adds_the_next_day(mongo_uri, database):
    today = date(2025, 4, 1)
    sizes = {"participants": 2, "resolution_seconds": 15}
    yesterday = Cohort.recent(days=2, today=today, **sizes)
    after = Cohort.recent(days=3, today=today + timedelta(days=1), **sizes)
    fill_mongo(yesterday, mongo_uri)
    added = fill_mongo(after, mongo_uri)
    assert added["users"] == 0
    assert 0 < added["heart_rates"] < 500
    assert stored(database) == expected(after)
    # The store now has a day more than this cohort.
    assert set(fill_mongo(replace(after, start_date=today, days=1), mongo_uri).values()) == {0}


def test_deliveries_end_in_the_same_store(mongo_uri, database):
    assert deliver(COHORT.deliveries(), database) > 500
    assert stored(database) == expected(COHORT)


def test_airflows_scheme_is_understood(mongo_uri, database):
    one_day = replace(COHORT, days=1, participants=1)
    fill_mongo(one_day, mongo_uri.replace("mongodb://", "mongo://"))
    assert stored(database) == expected(one_day)
