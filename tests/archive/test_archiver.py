"""Chunks go to the bucket whole, once, and only when they are safe there."""

import threading
from datetime import timedelta

import psycopg
import pyarrow.parquet as pq
import pytest
from tests.archive.conftest import (
    NOW,
    SAMPLES,
    START,
    Rig,
    altered,
    download,
    on_both_servers,
    week,
)
from tests.waiting import wait_until

from vitals import settings
from vitals.archive.archiver import archive
from vitals.archive.chunk_job import ChunkJob
from vitals.archive.errors import ArchiveError
from vitals.archive.expiry import expire

WAITS_FOR_TABLE = """
    select from pg_locks
    where
        not granted and locktype = 'relation'
        and database = (select oid from pg_database where datname = current_database())
"""


@on_both_servers
def test_old_chunks_go_and_young_ones_stay(rig, tmp_path):
    rig.fill("d1", "d2", weeks=2)
    rig.fill("d1", start=NOW - timedelta(days=20), load_id=2)
    rows = rig.rows()
    summary = rig.archive()
    assert summary.outcomes == {"archived": 2} and summary.rows == 4 * SAMPLES
    assert rig.rows() == [row for row in rows if row[1] > NOW - timedelta(days=365)]
    assert [part[2:] for part in rig.parts()] == [(1, "archived", 2 * SAMPLES)] * 2

    first, second = rig.bucket.manifests()
    assert (first.range_start, second.range_start) == (START, week(1))
    assert {name: held.rows for name, held in first.subjects.items()} == {
        "d1": SAMPLES, "d2": SAMPLES
    }  # fmt: skip
    assert (first.min_time, first.max_time) == (START, week(1) - timedelta(minutes=5))
    stored = pq.read_table(download(rig.bucket, first.object_key, tmp_path))
    wanted = [row for row in rows if row[1] < week(1)]
    assert [tuple(row.values()) for row in stored.to_pylist()] == wanted  # typed and sorted
    notes = stored.schema.metadata
    assert notes[b"vitals.schema_version"] == str(first.schema_version).encode()
    assert len(notes[b"vitals.vocabulary_sha256"]) == 64
    # Nothing is left to do.
    assert rig.archive().outcomes == {}


def test_a_dry_run_only_says_what_would_be_done(rig):
    rig.fill("d1")
    lines = []
    with altered(rig, bucket=f"{rig.bucket.name}-new") as dry:
        summary = dry.archive(dry_run=True, progress=lines.append)
        assert not dry.bucket.exists()
    assert summary.outcomes == {"old": 1}
    assert lines[0] == "iot__heart_rates 2024-01-04 to 2024-01-11: 2,016 rows would be archived"
    assert len(rig.rows()) == SAMPLES
    assert rig.parts() == list(rig.bucket.keys("")) == []


def test_what_stage_never_took_in_stays(rig):
    """Nobody has built stage yet; nothing waits for rows that no load has noted."""
    rig.fill("d1", weeks=2)
    rig.run(
        "insert into raw.loads (load_id, source, resource, mode) overriding system value"
        " values (1, 'iot', 'heart_rates', 'full')"
    )
    rig.run(
        "insert into raw.touched_days values (1, 'iot', 'heart_rates', 'd1', %s, %s, %s)",
        START.date(), START, START + timedelta(days=1),
    )  # fmt: skip
    for dry_run in (True, False):
        summary = rig.archive(dry_run=dry_run)
        assert summary.waiting == ["stage has not taken in loads 1: left for the next run"]
    assert summary.outcomes == {"waiting": 1, "archived": 1}
    assert len(rig.rows()) == SAMPLES


@on_both_servers
def test_what_comes_late_becomes_a_further_part(rig):
    rig.fill("d1")
    rig.archive()
    late = START + timedelta(seconds=7)
    rig.sample("d1", late, 61)
    assert rig.archive().outcomes == {"archived": 1}
    assert rig.rows() == []
    _, second = rig.bucket.manifests()
    assert (second.part_number, second.rows, second.min_time) == (2, 1, late)
    assert second.supersedes == ()
    # The same value once more, as a source that is read again from its beginning brings it.
    rig.sample("d1", late, 61, load_id=12)
    summary = rig.archive()
    assert summary.outcomes == {"archived": 1}  # what d1 has in all is more than this
    assert len(rig.parts()) == 3


def test_a_source_that_is_read_anew_is_not_archived_twice(rig):
    rig.fill("d1", "d2")
    rig.archive()
    rig.fill("d1", "d2", load_id=2)
    assert rig.archive().outcomes == {"dropped": 1}
    assert (rig.rows(), len(rig.parts())) == ([], 1)


def test_a_row_that_comes_during_the_upload_goes_with_its_chunk(rig, monkeypatch):
    rig.fill("d1")
    upload, uploads = rig.bucket.upload, []

    def late(*arguments):
        if not uploads:
            rig.sample("d1", START + timedelta(seconds=1), 60)
        uploads.append(upload(*arguments))

    monkeypatch.setattr(rig.bucket, "upload", late)
    assert rig.archive().outcomes == {"archived": 1}
    [manifest] = rig.bucket.manifests()
    assert (rig.rows(), manifest.rows, len(uploads)) == ([], SAMPLES + 1, 2)


def test_a_chunk_that_is_written_to_all_the_time_stays(rig, monkeypatch):
    rig.fill("d1")
    upload = rig.bucket.upload

    def corrected(*arguments):
        rig.run("update raw.iot__heart_rates set bpm = bpm + 1 where ts = %s", START)
        upload(*arguments)

    monkeypatch.setattr(rig.bucket, "upload", corrected)
    summary = rig.archive()
    assert summary.outcomes == {"busy": 1} and "written to 3 times" in summary.waiting[0]
    assert len(rig.rows()) == SAMPLES
    monkeypatch.undo()
    assert rig.archive().outcomes == {"archived": 1}


def test_a_row_that_comes_while_the_chunk_is_dropped_waits_and_stays(rig, monkeypatch):
    rig.fill("d1")
    record, writers = ChunkJob._record, []

    def while_held(*arguments):
        late = (rig, "d1", START + timedelta(seconds=1), 60)
        writers.append(threading.Thread(target=Rig.sample, args=late))
        writers[0].start()
        wait_until(lambda: rig.fetch(WAITS_FOR_TABLE))
        record(*arguments)

    monkeypatch.setattr(ChunkJob, "_record", while_held)
    assert rig.archive().outcomes == {"archived": 1}
    writers[0].join()
    assert rig.rows() == [("d1", START + timedelta(seconds=1), 60, 1, 9)]


@on_both_servers
@pytest.mark.parametrize("storage_class", ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"])
def test_objects_may_go_to_a_cold_class_at_once(rig, storage_class):
    rig.fill("d1")
    with altered(rig, storage_class=storage_class, encryption="AES256") as cold:
        assert cold.archive().outcomes == {"archived": 1}
    [manifest] = rig.bucket.manifests()
    state = rig.bucket.state(manifest.object_key)
    assert state.storage_class == manifest.storage_class == storage_class
    assert rig.bucket.state(manifest.key_in_bucket).storage_class == "STANDARD"


def test_only_one_run_at_a_time(rig):
    with psycopg.connect(rig.dsn) as other:
        other.execute("select pg_advisory_lock(hashtextextended('vitals archive run', 0))")
        with pytest.raises(ArchiveError, match="another run"):
            rig.archive()


def test_unknown_tables_are_refused_and_kept_ones_left_out(rig):
    for table in ("iot__users", "stream__heart_rates"):  # the latter lies in the lake for good
        with pytest.raises(ArchiveError, match=table):
            rig.archive(tables=[table])
    lines = []
    archive(rig.dsn, rig.bucket, tables=["strava__streams"], now=NOW, progress=lines.append)
    assert "never archived" in lines[0]


@pytest.mark.slow
def test_every_hypertable_of_raw_can_be_archived(rig):
    """All their column types, among them jsonb, which travel as text."""
    rig.run(
        "insert into raw.iot__sleeps values ('d1', %s, %s, 1, %s, null, 1)",
        START, START + timedelta(hours=8), '[{"level": "deep", "seconds": 60}]',
    )  # fmt: skip
    tables = rig.fetch(
        "select hypertable_name from timescaledb_information.hypertables"
        " where hypertable_schema = 'raw'"
        " and hypertable_name not similar to '(strava|stream)\\_\\_%'"
    )
    for (table,) in tables:
        if table != "iot__sleeps":
            rig.run(_one_row(rig, table))
    summary = rig.archive(tables=None)
    assert summary.outcomes == {"archived": len(tables)}


def _one_row(rig, table: str) -> str:
    """An insert of one row that its constraints allow."""
    columns = rig.fetch(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'raw' and table_name = %s and is_nullable = 'NO'",
        table,
    )
    values = {
        "text": "'x'", "date": "'2024-01-05'", "boolean": "true", "jsonb": "'{}'",
        "timestamp with time zone": f"'{START.isoformat()}'",
    }  # fmt: skip
    given = {name: values.get(kind, "60") for name, kind in columns}
    for name in given:
        if name.startswith("end_"):
            given[name] = f"'{(START + timedelta(hours=1)).isoformat()}'"
    return f"insert into raw.{table} ({', '.join(given)}) values ({', '.join(given.values())})"


def test_what_may_not_be_kept_any_longer_goes(rig, make_settings, monkeypatch):
    rig.run(
        "insert into raw.fitbit__heart_rate (account_id, ts, local_date, fold, bpm, load_id)"
        " values ('fitbit:p1', %s, %s, 0, 60, 1)", START, START.date()
    )  # fmt: skip
    rig.fill("d1")
    rig.archive(tables=["fitbit__heart_rate", "iot__heart_rates"])
    assert expire(rig.dsn, rig.bucket, now=NOW) == 0
    values = make_settings(FITBIT__RETENTION_DAYS="100")
    monkeypatch.setattr(settings, "load", lambda: values)
    for gone in (1, 0):
        assert expire(rig.dsn, rig.bucket, now=NOW, progress=str) == gone
    assert [manifest.table for manifest in rig.bucket.manifests()] == ["iot__heart_rates"]
    assert [part[3] for part in rig.parts()] == ["expired", "archived"]
    touched = rig.fetch("select subject_id, first_ts from raw.touched_days")
    assert touched == [("fitbit:p1", START)]
    assert rig.fetch("select table_name from archive.absent_ranges") == [("iot__heart_rates",)]
