"""Compressed chunks go to the archive, and come back, as any other."""

from dataclasses import replace
from datetime import UTC, datetime

import boto3
import psycopg
import pytest

from vitals.archive import settings
from vitals.archive.archiver import archive
from vitals.archive.bucket import Bucket
from vitals.archive.restore import choose, load_part

pytestmark = pytest.mark.slow

ROWS = "select * from raw.iot__heart_rates order by 1, 2"


@pytest.fixture
def bucket(s3) -> Bucket:
    client = boto3.client(
        "s3", endpoint_url=s3.endpoint_url, aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key, region_name=s3.region,
    )  # fmt: skip
    return Bucket(client, replace(settings.read({}), bucket="community"))


def fetch(dsn: str, query: str) -> list[tuple]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchall() if cursor.description else []


def test_a_compressed_chunk_goes_and_comes_back(community_dsn, bucket):
    fetch(
        community_dsn,
        "insert into raw.iot__heart_rates"
        " select 'd' || d, timestamptz '2024-01-04' + n * interval '1 minute', 60 + n % 40, 1, 1"
        " from generate_series(1, 2) as d, generate_series(0, 10079) as n",
    )
    fetch(community_dsn, "select compress_chunk(c) from show_chunks('raw.iot__heart_rates') as c")
    # A late row lies beside the compressed ones.
    fetch(
        community_dsn,
        "insert into raw.iot__heart_rates values ('d1', '2024-01-05 0:0:1', 61, 1, 2)",
    )
    rows = fetch(community_dsn, ROWS)
    options = {"tables": ["iot__heart_rates"], "now": datetime(2026, 1, 1, tzinfo=UTC)}
    summary = archive(community_dsn, bucket, progress=str, **options)
    assert (summary.outcomes, summary.rows) == ({"archived": 1}, len(rows))
    assert fetch(community_dsn, ROWS) == []
    chunks = "select count(*) from timescaledb_information.chunks"
    assert fetch(community_dsn, f"{chunks} where hypertable_name = 'iot__heart_rates'") == [(0,)]
    for manifest in choose(bucket):
        load_part(community_dsn, bucket, manifest.key_in_bucket, progress=str)
    assert fetch(community_dsn, ROWS) == rows
