"""What the Apache edition leaves out: compressed chunks, and loading into them."""

import psycopg
import pytest

from vitals import warehouse

TABLES = {"iot__heart_rates", "iot__steps"}


@pytest.fixture(scope="module")
def connection(community_dsn):
    with psycopg.connect(community_dsn, autocommit=True) as connection:
        yield connection


def test_no_migration_waits(connection, community_dsn):
    files = {item.version for item in warehouse.read_migrations()}
    rows = connection.execute("select version from public.schema_migrations").fetchall()
    assert {row[0] for row in rows} == files
    assert warehouse.migrate(community_dsn) == []


def test_large_tables_have_a_compression_policy(connection):
    rows = connection.execute(
        "select hypertable_name from timescaledb_information.jobs"
        " where proc_name = 'policy_compression'"
    )
    assert {row[0] for row in rows} >= TABLES


def test_compression_keeps_every_sample_and_saves_space(connection):
    connection.execute(
        """
        insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)
        select 'watch', '2026-01-01'::timestamptz + n * interval '5 seconds', 60 + n % 40, n % 4, 1
        from generate_series(0, 49999) as n
        """
    )
    sums = "select count(*), sum(bpm), sum(confidence) from raw.iot__heart_rates"
    before = connection.execute(sums).fetchone()
    connection.execute("select compress_chunk(c) from show_chunks('raw.iot__heart_rates') as c")
    assert connection.execute(sums).fetchone() == before
    plain, packed = connection.execute(
        """
        select sum(before_compression_total_bytes), sum(after_compression_total_bytes)
        from hypertable_compression_stats('raw.iot__heart_rates')
        """
    ).fetchone()
    assert packed < plain / 5
