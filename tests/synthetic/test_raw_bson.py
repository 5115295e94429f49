"""The fast documents are BSON like any other."""

from datetime import UTC, date, datetime, timedelta

import bson
import pytest

from vitals.synthetic import Cohort, raw_bson_batches

COHORT = Cohort(participants=3, days=2, resolution_seconds=7, start_date=date(2025, 3, 29))


@pytest.fixture(scope="module")
def documents() -> list[dict]:
    return [one for batch in raw_bson_batches(COHORT, 150) for one in bson.decode_all(batch)]


def test_every_quarter_hour_of_every_participant_is_there_once(documents):
    assert len(documents) == 3 * 2 * 96
    assert len({one["_id"] for one in documents}) == len(documents)
    assert len({(one["device_id"], one["created_at"]) for one in documents}) == len(documents)
    assert {one["device_id"] for one in documents} == {"watch-0000", "watch-0001", "watch-0002"}


def test_samples_are_at_fixed_distances_and_plausible(documents):
    for one in documents:
        instants = [metric["ts"] for metric in one["metrics"]]
        assert instants == [one["created_at"] + timedelta(seconds=7 * n) for n in range(128)]
        assert one["ended_at"] == one["created_at"] + timedelta(minutes=15)
        assert all(40 < metric["bpm"] < 110 for metric in one["metrics"])
        assert {metric["confidence"] for metric in one["metrics"]} <= {0, 1, 2, 3}


def test_ids_are_those_of_the_end_of_the_quarter_hour(documents):
    first = documents[0]
    assert first["created_at"] == datetime(2025, 3, 29)  # noqa: DTZ001 - pymongo gives naive UTC
    assert first["_id"].generation_time == datetime(2025, 3, 29, 0, 15, tzinfo=UTC)


def test_the_same_seed_gives_the_same_bytes():
    assert list(raw_bson_batches(COHORT)) == list(raw_bson_batches(COHORT))
