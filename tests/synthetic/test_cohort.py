"""The cohort is the same every time, and its truth is what its documents say."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from multiprocessing import get_context

import bson
import polars as pl
import pytest
from tests.synthetic import decoding

from vitals.synthetic import COLLECTIONS, Cohort, write_truth

# All ten made-by-hand participants; the clock change of Europe, the end of a month.
COHORT = Cohort(participants=10, days=7, resolution_seconds=15, start_date=date(2025, 3, 28))
SMALL = Cohort(participants=4, days=8, resolution_seconds=15, start_date=date(2025, 3, 28))


def encoded(documents) -> list[bytes]:
    return [bson.encode(document) for document in documents]


@pytest.fixture(scope="module")
def documents() -> dict[str, list[dict]]:
    """The final state of COHORT, by collection."""
    return {collection: list(COHORT.documents(collection)) for collection in COLLECTIONS}


@pytest.fixture(scope="module")
def truth(tmp_path_factory) -> dict[str, pl.DataFrame]:
    """The truth of COHORT, by file."""
    folder = tmp_path_factory.mktemp("truth")
    write_truth(COHORT, folder)
    return {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}


def refused(truth, resource: str) -> dict[str, int]:
    rows = truth["rejected"].filter(pl.col("resource") == resource)
    return dict(rows.select("kind", "records").iter_rows())


def digest(cohort: Cohort) -> str:
    """Hash over every byte of every document."""
    everything = sha256()
    for collection in COLLECTIONS:
        for document in encoded(cohort.documents(collection)):
            everything.update(document)
    return everything.hexdigest()


def test_same_seed_same_bytes_in_another_process():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(digest, SMALL).result() == digest(SMALL)


def test_another_seed_is_another_population():
    other = replace(SMALL, seed=2)
    assert encoded(SMALL.documents("heart_rates")) != encoded(other.documents("heart_rates"))


@pytest.mark.parametrize("collection", ["heart_rates", "steps", "sleeps"])
def test_a_part_has_the_documents_that_the_whole_has(collection):
    fewer_people = set(encoded(replace(SMALL, participants=2).documents(collection)))
    fewer_days = set(encoded(replace(SMALL, days=3).documents(collection)))
    whole = set(encoded(SMALL.documents(collection)))
    assert fewer_people < whole
    assert fewer_days < whole


def test_a_day_later_the_store_gets_only_what_is_new():
    today = date(2025, 4, 2)
    before, after = (
        Cohort.recent(days=days, today=day, participants=4, resolution_seconds=15)
        for days, day in ((5, today), (6, today + timedelta(days=1)))
    )
    assert before.start_date == after.start_date
    for collection in ("heart_rates", "steps", "sleeps"):
        old = set(encoded(before.documents(collection)))
        assert old < set(encoded(after.documents(collection)))
    users = [[user["_id"] for user in cohort.users()] for cohort in (before, after)]
    assert users[0] == users[1]


def test_a_store_of_today_has_nothing_from_the_future():
    today = date(2025, 4, 2)
    cohort = Cohort.recent(days=5, today=today, participants=4, resolution_seconds=15)
    midnight = datetime(2025, 4, 2, tzinfo=UTC)
    for collection in COLLECTIONS:
        made = [document["_id"].generation_time for document in cohort.documents(collection)]
        assert max(made) <= midnight


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_ids_are_unique(documents, collection):
    ids = [document["_id"] for document in documents[collection]]
    assert ids == list(COHORT.document_ids(collection))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("collection", ["heart_rates", "steps"])
def test_truth_of_samples_is_what_the_documents_say(truth, documents, collection):
    winners, problems = decoding.samples(collection, documents[collection])
    field = decoding.LIMITS[collection][0]
    confidence = "confidence" if collection == "heart_rates" else pl.lit(None).alias("confidence")
    rows = truth[collection].select("device_id", "ts", confidence, field).iter_rows()
    expected = {
        (device, ts): (-1 if sure is None else sure, value) for device, ts, sure, value in rows
    }
    assert len(expected) == truth[collection].height
    assert expected == winners
    assert refused(truth, collection) == problems


def test_truth_of_sleeps_is_what_the_documents_say(truth, documents):
    winners, problems = decoding.sleeps(documents["sleeps"])
    expected = {
        (row["device_id"], row["start_ts"]): (
            row["end_ts"],
            row["levels"] and [tuple(level.values()) for level in row["levels"]],
        )
        for row in truth["sleeps"].iter_rows(named=True)
    }
    assert expected == winners
    assert refused(truth, "sleeps") == problems


def test_truth_of_people_is_what_the_documents_say(truth, documents):
    facts = {row["participant_id"]: row for row in truth["participants"].iter_rows(named=True)}
    for user in documents["users"]:
        fact = facts.pop(user["user_id"])
        born = user.get("dob")
        born = date.fromisoformat(born) if isinstance(born, str) else born and born.date()
        assert (fact["date_of_birth"], fact["age"]) == (born, user.get("age"))
        assert fact["created_at"] == decoding.instant(user["created_at"])
    assert not facts


def test_a_device_that_two_claim_belongs_to_the_last_who_registered(truth):
    claims = Counter(device for user in COHORT.users() for device in user["devices"])
    (disputed,) = (device for device, count in claims.items() if count > 1)
    owners = dict(truth["devices"].select("device_id", "participant_id").iter_rows())
    assert owners[disputed] == "p0010"
    assert owners["watch-9999-a"] is None


def test_deliveries_in_order_end_in_the_final_state():
    store: dict[str, dict] = {collection: {} for collection in COLLECTIONS}
    moments = []
    replaced = Counter()
    for delivery in SMALL.deliveries():
        moments.append(delivery.delivered_at)
        replaced[delivery.collection] += delivery.document["_id"] in store[delivery.collection]
        store[delivery.collection][delivery.document["_id"]] = bson.encode(delivery.document)
    assert moments == sorted(moments)
    for collection in COLLECTIONS:
        assert sorted(store[collection].values()) == sorted(encoded(SMALL.documents(collection)))
    assert replaced["heart_rates"] > 20, "buckets grow"
    assert replaced["users"] > 0, "user documents change"


def test_documents_are_inserted_when_they_are_delivered():
    seen = set()
    late = 0
    for delivery in SMALL.deliveries():
        identity = delivery.document["_id"]
        if delivery.collection != "users" and identity not in seen:
            seen.add(identity)
            assert identity.generation_time == delivery.delivered_at.replace(microsecond=0)
            created = decoding.instant(delivery.document["created_at"])
            late += delivery.delivered_at - created > timedelta(days=2)
    assert late > 100


def test_the_store_has_everything_that_goes_wrong(truth, documents):
    """Each peculiarity of the issue's list occurs, so that a test of the whole tests it."""
    first_instants = [document["metrics"][0]["ts"] for document in documents["heart_rates"]]
    numbers = [ts for ts in first_instants if isinstance(ts, int)]
    assert {type(ts) for ts in first_instants} == {datetime, int, str}
    assert min(number for number in numbers if number > 10**6) < 10**10 < 10**12 < max(numbers)

    users = documents["users"]
    assert sum("time_zone" not in user for user in users) == 1
    assert sum("dob" not in user and "age" not in user for user in users) == 1
    assert sum(isinstance(user.get("time_zone"), list) for user in users) >= 2

    sleeps = truth["sleeps"]
    assert sleeps["levels"].is_null().sum() > 20
    assert sleeps["levels"].is_not_null().sum() > 50
    both = truth["heart_rates"].filter(pl.col("participant_id") == "p0001")
    assert both["device_id"].n_unique() == 2
    assert set(truth["rejected"]["kind"]) == {
        "broken_document",
        "impossible_interval",
        "impossible_time",
        "out_of_range",
        "wrong_type",
    }


def test_samples_are_one_to_fifteen_seconds_apart_and_denser_in_exercise(truth):
    one = truth["heart_rates"].filter(pl.col("device_id") == "watch-0001-a").sort("ts")
    gaps = one["ts"].diff().dt.total_seconds()
    assert gaps.min() >= 1
    assert (gaps <= 15).mean() > 0.995  # the rest is breaks and rejected samples
    assert (gaps == 2).sum() > 1000


def test_streaming_does_not_wait_for_the_whole():
    endless = Cohort(participants=100_000, days=3650, resolution_seconds=1)
    assert len(list(islice(endless.documents("heart_rates"), 10))) == 10


@pytest.mark.parametrize("sizes", [{"participants": 0}, {"days": 0}, {"resolution_seconds": 16}])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError):
        Cohort(**sizes)
