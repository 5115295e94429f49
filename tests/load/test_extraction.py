"""What a run finds: new, late, grown and strange documents, each exactly once."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from tests.load.conftest import EPOCH, START, Rig, heart_rates, sleep

from vitals.load.iot import extract_and_load


def day_id(days: float) -> ObjectId:
    """An ObjectId made so many days ago."""
    moment = datetime.now(UTC) - timedelta(days=days)
    return ObjectId(ObjectId.from_datetime(moment).binary[:4] + ObjectId().binary[4:])


def fill(rig: Rig) -> None:
    rig.mongo.users.insert_one({"user_id": "u", "devices": ["a"], "time_zone": "Europe/Oslo"})
    rig.mongo.heart_rates.insert_many([
        heart_rates("a", 0, [60, 61, 300]), heart_rates("b", 0, [70, 71]),
    ])  # fmt: skip
    rig.mongo.steps.insert_one(
        {"device_id": "a", "metrics": [{"ts": EPOCH, "steps": 5}, {"ts": EPOCH, "steps": 9}]}
    )
    rig.mongo.sleeps.insert_one(sleep("a", 8))


def test_a_first_run_loads_everything(rig):
    fill(rig)
    summary = rig.load(run_id="manual")
    assert {name: counts["rows_loaded"] for name, counts in summary.resources.items()} == {
        "users": 1, "heart_rates": 4, "steps": 1, "sleeps": 1,
    }  # fmt: skip
    assert summary.counts["rows_rejected"] == 1
    assert summary.counts["rows_superseded"] == 1
    loads = "select run_id, mode, status, finished_at >= started_at from raw.loads"
    assert set(rig.fetch(loads)) == {("manual", "incremental", "done", True)}
    rejected = "select resource, field, row_kept, payload->>'bpm' from raw.rejected_records"
    assert rig.fetch(rejected) == [("heart_rates", "bpm", False, "300")]


def test_touched_days_say_what_changed(rig):
    fill(rig)
    rig.load()
    found = rig.fetch(
        "select resource, subject_id, utc_date, first_ts::text, last_ts::text "
        "from raw.touched_days where resource <> 'users' order by 1, 2"
    )
    day, start = START.date(), "2026-03-02 08:00:00+00"
    assert found == [
        ("heart_rates", "a", day, start, "2026-03-02 08:00:05+00"),
        ("heart_rates", "b", day, start, "2026-03-02 08:00:05+00"),
        ("sleeps", "a", day, start, "2026-03-02 16:00:00+00"),
        ("steps", "a", day, start, start),
    ]
    users = rig.fetch("select subject_id, last_ts::text from raw.touched_days "
                      "where resource = 'users'")  # fmt: skip
    assert users == [("u", "infinity")]


@pytest.mark.parametrize("mode", ["incremental", "full"])
def test_a_second_run_changes_nothing(rig, mode):
    fill(rig)
    rig.load()
    before = rig.rows()
    summary = rig.load(mode)
    assert summary.counts["rows_loaded"] == summary.counts["days_touched"] == 0
    assert rig.rows() == before
    assert rig.count("rejected_records") == 1
    assert rig.fetch("select max(load_id) < 5 from raw.iot__heart_rates") == [(True,)]


def test_an_open_bucket_that_grew_is_read_again(rig):
    rig.mongo.heart_rates.insert_one(heart_rates("a", 0, [60, 61], _id=day_id(0.5)))
    rig.load()
    grown = heart_rates("a", 0, [60, 61, 62, 63])
    rig.mongo.heart_rates.update_one({}, {"$set": {"metrics": grown["metrics"]}})
    assert rig.load().counts["rows_loaded"] == 2
    assert rig.count("iot__heart_rates") == 4
    touched = rig.fetch("select first_ts::text from raw.touched_days order by load_id desc limit 1")
    assert touched == [("2026-03-02 08:00:10+00",)]


def test_a_bucket_older_than_the_overlap_is_not_read_again_but_a_full_run_does(rig):
    ids = [day_id(3), day_id(0)]
    rig.mongo.heart_rates.insert_many([heart_rates("a", 0, [60], _id=ids[0]),
                                       heart_rates("b", 0, [70], _id=ids[1])])  # fmt: skip
    rig.load(overlap=timedelta(hours=24))
    metrics = heart_rates("a", 0, [60, 61])["metrics"]
    rig.mongo.heart_rates.update_one({"_id": ids[0]}, {"$set": {"metrics": metrics}})
    assert rig.load(overlap=timedelta(hours=24)).counts["rows_loaded"] == 0
    assert rig.load("full").counts["rows_loaded"] == 1


def test_a_late_document_with_old_data_is_new(rig):
    rig.mongo.heart_rates.insert_one(heart_rates("a", 86_400, [60]))
    rig.load()
    rig.mongo.heart_rates.insert_one(heart_rates("b", -90 * 86_400, [70]))
    assert rig.load().counts["rows_loaded"] == 1


def test_a_document_that_arrives_under_an_old_id_is_found(rig):
    """A phone makes the ObjectId when it is offline and delivers it days later."""
    rig.mongo.heart_rates.insert_one(heart_rates("a", 0, [60]))
    rig.load()
    rig.mongo.heart_rates.insert_one(heart_rates("b", 0, [70], _id=day_id(30)))
    assert rig.waiting()
    assert rig.load().counts["rows_loaded"] == 1
    assert not rig.waiting()
    assert rig.load().counts["documents_read"] == 1


def test_an_old_id_is_found_although_documents_were_deleted(rig):
    rig.mongo.heart_rates.insert_many([heart_rates("a", i, [60]) for i in range(3)])
    rig.load()
    rig.mongo.heart_rates.delete_one({"device_id": "a"})
    rig.load()
    rig.mongo.heart_rates.insert_one(heart_rates("b", 0, [70], _id=day_id(30)))
    assert rig.load().counts["rows_loaded"] == 1


def test_a_clock_that_is_ahead_hides_nothing(rig):
    rig.mongo.heart_rates.insert_one(heart_rates("a", 0, [60], _id=day_id(-400)))
    rig.load()
    assert not rig.waiting()
    rig.mongo.heart_rates.insert_one(heart_rates("b", 0, [70]))
    assert rig.waiting()
    assert rig.load().counts["rows_loaded"] == 1


@pytest.mark.parametrize("own_id", ["text", 7, 7.5, START, b"bytes"], ids=repr)
def test_ids_of_any_type_are_read_and_recognised(rig, own_id):
    rig.mongo.heart_rates.insert_one(heart_rates("a", 0, [60]))
    rig.load()
    rig.mongo.heart_rates.insert_one(heart_rates("b", 0, [70], _id=own_id))
    assert rig.waiting()
    assert rig.load().counts["rows_loaded"] == 1
    again = rig.load()
    assert again.counts["documents_unchanged"] == again.counts["documents_read"] == 2
    metrics = heart_rates("b", 0, [70, 71])["metrics"]
    rig.mongo.heart_rates.delete_one({"device_id": "b"})
    rig.mongo.heart_rates.insert_one({"_id": own_id, "device_id": "b", "metrics": metrics})
    assert rig.load().counts["rows_loaded"] == 1


def test_users_changed_in_place_get_a_new_version(rig):
    rig.mongo.users.insert_one({"_id": day_id(900), "user_id": "u", "devices": ["a"]})
    rig.mongo.users.insert_one({"_id": day_id(900), "user_id": "v", "devices": ["b"]})
    rig.load()
    assert rig.load().counts["documents_unchanged"] == 2
    rig.mongo.users.update_one({"user_id": "u"}, {"$set": {"devices": ["a", "c"]}})
    assert rig.waiting()
    assert rig.load().counts["rows_loaded"] == 1
    versions = "select devices from raw.iot__users where user_id = 'u' order by load_id"
    assert rig.fetch(versions) == [(["a"],), (["a", "c"],)]
    assert not rig.waiting()


def test_of_two_documents_of_a_user_the_later_created_stands_wherever_they_are(rig):
    # So large that they come in several batches.
    long = {"biography": "x" * 300_000}
    users = [{"user_id": f"u{number}", "created_at": EPOCH, **long} for number in range(12)]
    users[0] |= {"created_at": EPOCH + 1, "age": 41}
    users[-1] |= {"user_id": "u0", "age": 40}
    rig.mongo.users.insert_many(users)
    for _ in range(2):
        rig.load(slice_samples=1)
        rig.mongo.users.update_one({"user_id": "u5"}, {"$set": {"age": 50}})
    assert rig.fetch("select age from raw.iot__users where user_id = 'u0'") == [(41,)]


def test_unknown_collections_and_fields_are_reported(rig, caplog):
    fill(rig)
    rig.mongo.temperatures.insert_one({"device_id": "a"})
    rig.mongo.heart_rates.insert_one(heart_rates("c", 0, [60], firmware="2"))
    summary = rig.load()
    assert summary.unknown_collections == ["temperatures"]
    assert summary.unknown_fields == {"heart_rates": ["firmware"]}
    assert "collection temperatures is not loaded" in caplog.text


def test_documents_of_other_programs_load_just_as_well(rig):
    rig.mongo.heart_rates.insert_one({"device_id": 5, "metrics": [{"ts": EPOCH, "bpm": 60}]})
    rig.mongo.sleeps.insert_one(
        {"device_id": 5, "metrics": [{"start_ts": EPOCH, "end_ts": EPOCH + 9}]}
    )
    rig.mongo.users.insert_one({"user_id": 1, "devices": [5]})
    assert rig.load().counts["rows_loaded"] == 3


def test_an_empty_store_is_no_error(rig):
    summary = rig.load()
    assert (summary.load_ids, summary.counts["rows_read"]) == ([], 0)
    assert not rig.waiting()


def test_only_the_chosen_collections_are_read(rig):
    fill(rig)
    assert list(rig.load(collections=["steps"]).resources) == ["steps"]
    assert rig.count("iot__heart_rates") == 0


@pytest.mark.parametrize("encode", [
    lambda moment: moment,
    lambda moment: int(moment.timestamp()),
    lambda moment: int(moment.timestamp() * 1000),
    lambda moment: moment.isoformat(),
], ids=["datetime", "seconds", "milliseconds", "text"])  # fmt: skip
def test_a_window_takes_documents_by_their_creation(rig, encode):
    for hours in (-25, -1, 0, 23, 24):
        created = encode(START + timedelta(hours=hours))
        rig.mongo.heart_rates.insert_one(
            heart_rates(f"{hours} h", hours * 3600, [60], created_at=created)
        )
    summary = rig.load("window", start=START, end=START + timedelta(hours=24))
    assert summary.counts["documents_read"] == 2
    devices = rig.fetch("select device_id from raw.iot__heart_rates order by 1")
    assert devices == [("0 h",), ("23 h",)]
    again = rig.load("window", start=START, end=START + timedelta(hours=24))
    assert again.counts["rows_loaded"] == 0
    assert rig.load().counts["rows_loaded"] == 3


@pytest.mark.parametrize(("mode", "bounds"), [
    ("window", {}), ("window", {"start": START}), ("window", {"start": START, "end": START}),
    ("everything", {}),
])  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(warehouse_dsn, mode, bounds):
    with pytest.raises(ValueError, match=r"window|mode"):
        extract_and_load(warehouse_dsn, "mongodb://127.0.0.1:1/iot", mode, **bounds)


def test_small_slices_give_the_same_rows(rig):
    fill(rig)
    rig.mongo.heart_rates.insert_many([heart_rates("c", 100 * i, [60] * 20) for i in range(30)])
    summary = rig.load(slice_samples=100)
    assert rig.count("iot__heart_rates") == 604
    assert summary.counts["rows_loaded"] == 607
