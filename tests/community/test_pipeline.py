"""The whole way over compressed chunks: the loader writes into them, dbt reads them."""

from datetime import UTC, datetime, timedelta

import psycopg
import pymongo
import pytest
from bson import ObjectId
from tests.oracle.pipeline import Pipeline

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def pipeline(community_dsn, mongo_uri, tmp_path) -> Pipeline:
    return Pipeline(community_dsn, mongo_uri, tmp_path)


def bucket(day: int, minute: int, bpm: float) -> dict:
    start = FIRST + timedelta(days=day, minutes=minute)
    metrics = [{"ts": start + timedelta(seconds=5 * i), "bpm": bpm} for i in range(12)]
    end = start + timedelta(minutes=1)
    return {"device_id": "d1", "created_at": start, "ended_at": end, "metrics": metrics}


def compress(dsn: str) -> int:
    """Compress every chunk of the heart rates; returns how many there were."""
    query = "select compress_chunk(c) from show_chunks('raw.iot__heart_rates') as c"
    with psycopg.connect(dsn, autocommit=True) as connection:
        return len(connection.execute(query).fetchall())


def test_late_and_corrected_samples_reach_compressed_chunks(pipeline, mongo_uri, community_dsn):
    with pymongo.MongoClient(mongo_uri) as client:
        store = client.get_default_database()
        store.users.insert_one({"user_id": "p1", "devices": ["d1"], "time_zone": "UTC"})
        first = {"_id": ObjectId(), **bucket(0, 0, 60)}
        store.heart_rates.insert_many([first, *(bucket(day, 0, 60) for day in range(1, 21))])
        pipeline.load()
        pipeline.build()
        assert compress(community_dsn) >= 3

        store.heart_rates.insert_one(bucket(0, 30, 90))  # late
        corrected = {**first["metrics"][0], "confidence": 1, "bpm": 100}
        grown = [corrected, *first["metrics"][1:], *bucket(0, 1, 60)["metrics"]]
        store.heart_rates.replace_one({"_id": first["_id"]}, {**first, "metrics": grown})
    assert pipeline.load().counts["rows_loaded"] == 25  # 12 late, 12 more, 1 corrected

    pipeline.transform()
    days = pipeline.agg("daily_health").sort("local_date")
    [day] = days.head(1).to_dicts()
    assert (day["heart_rate_samples"], day["wear_minutes"]) == (36, 3)
    assert (day["heart_rate_min_bpm"], day["heart_rate_max_bpm"]) == (60, 100)
    pipeline.rebuild()
    assert pipeline.agg("daily_health").sort("local_date").equals(days)
