"""The document store keeps what it holds: later loads must not bring the deleted back."""

from datetime import timedelta

import pytest
from bson import ObjectId
from tests.load.conftest import EPOCH, START, Rig, heart_rates, sleep

from vitals.deletion.participant import delete_participant

HOUR = 3_600


def user(name: str, *devices: str, **fields) -> dict:
    return {"user_id": name, "devices": [*devices], "created_at": EPOCH, **fields}


@pytest.fixture
def rig(watches) -> Rig:  # noqa: F811
    """p1 with two watches, one of which p2 has now; p3 whose watch is called like p1."""
    watches.mongo.users.insert_many(
        [
            user("p1", "w1", "w2", email="p1@example.org"),
            user("p2", "w2", created_at=EPOCH + 60),
            user("p3", "p1"),
        ]
    )
    watches.mongo.heart_rates.insert_many(
        [
            heart_rates("w1", 0, [60, 61, 62, 900]),  # the last one is refused
            heart_rates("w2", 0, [70, 71]),
            heart_rates("p1", 0, [80]),
        ]
    )
    watches.mongo.sleeps.insert_one(sleep("w1", 8))
    watches.load()
    return watches


def devices(rig: Rig) -> list[str]:
    query = "select distinct device_id from raw.iot__heart_rates order by 1"
    return [device for (device,) in rig.fetch(query)]


def withheld(rig: Rig) -> int:
    return rig.fetch("select sum(rows_withheld)::int from raw.loads")[0][0]


def test_everything_of_one_person_goes_and_nothing_else(rig):
    before = rig.rows()
    receipt = delete_participant(rig.dsn, "p1", None, None, progress=str)
    assert (receipt.left, receipt.devices, receipt.devices_handed_on) == (0, 1, 1)
    assert receipt.rows_deleted["raw.iot__heart_rates"] == 3
    assert receipt.rows_deleted["raw.rejected_records"] == 1
    assert devices(rig) == ["p1", "w2"]
    after = rig.rows()
    assert after["iot__users"] == [row for row in before["iot__users"] if row[0] != "p1"]
    assert after["iot__sleeps"] == []
    # Nothing that is kept says who it was.
    kept = str(receipt.to_dict()) + str(rig.fetch("select * from accounts.tombstones"))
    assert "p1" not in kept and "w1" not in kept


@pytest.mark.slow
def test_no_load_brings_them_back(rig):
    delete_participant(rig.dsn, "p1", None, None, progress=str)
    before = rig.rows()
    rig.mongo.heart_rates.insert_many(
        [heart_rates("w1", HOUR, [63, 64, 999]), heart_rates("p1", HOUR, [81])]
    )
    summary = rig.load("full")
    after = rig.rows()
    assert len(after["iot__heart_rates"]) == len(before["iot__heart_rates"]) + 1
    assert {**after, "iot__heart_rates": 0} == {**before, "iot__heart_rates": 0}
    # Three stored before and two new samples, two refused ones, a sleep and a person.
    assert withheld(rig) == summary.counts["rows_withheld"] == 3 + 2 + 2 + 1 + 1
    assert rig.fetch("select count(*) from raw.rejected_records") == [(0,)]


@pytest.mark.slow
def test_who_gets_the_watch_gets_what_it_measures_from_then_on(rig):
    delete_participant(rig.dsn, "p1", None, None, progress=str)
    rig.mongo.users.insert_one(user("p4", "w1", created_at=EPOCH + 120))
    rig.load()
    [(deleted_at,)] = rig.fetch("select min(deleted_at) from accounts.tombstones")
    later = int((deleted_at + timedelta(hours=1)).timestamp()) - EPOCH
    document = heart_rates("w1", later, [90, 91])
    document["_id"] = ObjectId.from_datetime(START + timedelta(seconds=later))
    rig.mongo.heart_rates.insert_one(document)
    rig.load("full")
    found = rig.fetch("select bpm from raw.iot__heart_rates where device_id = 'w1' order by 1")
    assert found == [(90.0,), (91.0,)]


def test_a_second_deletion_finds_nothing(rig):
    first = delete_participant(rig.dsn, "p1", None, None, progress=str)
    second = delete_participant(rig.dsn, "p1", None, None, progress=str)
    assert second.rows_deleted == {} and second.left == 0
    assert (second.number, second.began_at) == (first.number, first.began_at)
