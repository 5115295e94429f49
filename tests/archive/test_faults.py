"""Whatever breaks, at whatever moment: nothing is lost, and nothing is there twice."""

from datetime import timedelta

import psycopg
import pytest
from botocore.exceptions import EndpointConnectionError
from tests.archive.conftest import SAMPLES, START, altered, on_both_servers
from tests.waiting import wait_until

from vitals.archive import restore
from vitals.archive.chunk_job import ChunkJob
from vitals.archive.errors import ArchiveError, IntegrityError, MissingObjectError, NotReadableError
from vitals.archive.part_load import PartLoad
from vitals.warehouse import WarehouseError

pytestmark = pytest.mark.slow

PARTS = 5


@pytest.fixture
def filled(rig):
    """Values that compress badly, so that the object has some parts."""
    rig.fill("d1", "d2")
    rig.run("update raw.iot__heart_rates set bpm = 25 + random() * 200")
    return rig


@pytest.fixture
def kill_sessions(superuser_dsn):
    """End every connection to a database, as its restart does."""

    def kill(dsn: str) -> None:
        with psycopg.connect(superuser_dsn, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                [dsn.rpartition("/")[2]],
            )

    return kill


def still_whole(rig, rows) -> None:
    """All rows are in raw, and the bucket holds nothing that would count."""
    assert rig.rows() == rows
    assert list(rig.bucket.manifests()) == []
    assert [part[3] for part in rig.parts()] == ["uploading"]
    uploads = rig.bucket.client.list_multipart_uploads(Bucket=rig.bucket.name)
    assert uploads.get("Uploads", []) == []


def moved_once(rig, rows) -> None:
    """Another run moves it whole, under the same name."""
    assert rig.archive().outcomes == {"archived": 1}
    assert rig.rows() == []
    assert [part[2:] for part in rig.parts()] == [(1, "archived", len(rows))]
    assert len(list(rig.bucket.keys("archive/"))) == 1
    [manifest] = rig.bucket.manifests()
    restore.load_part(rig.dsn, rig.bucket, manifest.key_in_bucket, progress=str)
    assert rig.rows() == rows


@pytest.mark.parametrize("number", range(1, PARTS + 1))
def test_an_upload_that_is_cut_at_any_part(filled, number):
    rows = filled.rows()
    events = filled.bucket.client.meta.events

    def cut(params, **_):
        if params["query_string"].get("partNumber") == number:
            raise EndpointConnectionError(endpoint_url="s3")

    with altered(filled, part_bytes=4_000) as rig:  # the embedded server takes such parts
        events.register("before-call.s3.UploadPart", cut)
        try:
            with pytest.raises(ArchiveError):
                rig.archive()
        finally:
            events.unregister("before-call.s3.UploadPart", cut)
        still_whole(rig, rows)
        moved_once(rig, rows)
        [manifest] = rig.bucket.manifests()
        assert int(manifest.checksum.split("-")[1]) >= PARTS


@on_both_servers
@pytest.mark.parametrize("damage", ["changed", "cut short", "gone"])
def test_an_object_that_is_not_what_was_sent(filled, monkeypatch, damage):
    rows, bucket = filled.rows(), filled.bucket
    upload = bucket.upload

    def damaged(path, key, part_bytes):
        upload(path, key, part_bytes)
        body = bytearray(bucket.read(key))
        body[-20] ^= 1
        if damage == "gone":
            bucket.delete(key)
        else:
            bucket.write(key, bytes(body if damage == "changed" else body[:-1]), "x/y")

    monkeypatch.setattr(bucket, "upload", damaged)
    with pytest.raises((IntegrityError, MissingObjectError)):
        filled.archive()
    monkeypatch.undo()
    still_whole(filled, rows)
    moved_once(filled, rows)


def test_a_file_that_does_not_hold_what_the_database_says(filled, monkeypatch):
    rows = filled.rows()
    monkeypatch.setattr("vitals.archive.tables.RawTable.fragments", _without_a_row(filled))
    with pytest.raises(IntegrityError, match="does not hold the rows"):
        filled.archive()
    monkeypatch.undo()
    still_whole(filled, rows)


def _without_a_row(rig):
    from vitals.archive.tables import RawTable

    fragments = RawTable.fragments
    return lambda table: {**fragments(table), "order": "1, 2 offset 1"}


def test_a_database_that_dies_between_upload_and_drop(filled, monkeypatch, kill_sessions):
    rows, record = filled.rows(), ChunkJob._record

    def dying(job, *arguments):
        record(job, *arguments)
        kill_sessions(filled.dsn)

    monkeypatch.setattr(ChunkJob, "_record", dying)
    with pytest.raises((WarehouseError, psycopg.OperationalError)):
        filled.archive()
    monkeypatch.undo()
    assert filled.rows() == rows
    assert [part[3] for part in filled.parts()] == ["uploading"]
    assert len(list(filled.bucket.manifests())) == 1  # it was whole; nothing counts on it yet
    filled.sample("d1", START + timedelta(seconds=1), 60)  # comes before the next run
    moved_once(filled, filled.rows())


def test_a_database_that_dies_while_a_part_is_loaded(filled, monkeypatch, kill_sessions):
    rows, record = filled.rows(), PartLoad._record
    filled.archive()
    [key] = filled.parts_keys()

    def dying(job, *arguments):
        kill_sessions(filled.dsn)
        return record(job, *arguments)

    monkeypatch.setattr(PartLoad, "_record", dying)
    with pytest.raises(WarehouseError):
        restore.load_part(filled.dsn, filled.bucket, key, rebuild=True, progress=str)
    monkeypatch.undo()
    assert (filled.rows(), filled.fetch("select * from raw.loads")) == ([], [])
    restore.load_part(filled.dsn, filled.bucket, key, rebuild=True, progress=str)
    assert filled.rows() == rows


@on_both_servers
def test_a_copy_that_runs_out_before_it_is_loaded(filled):
    rows = filled.rows()
    with altered(filled, storage_class="GLACIER") as cold:
        cold.archive()
    [manifest] = filled.bucket.manifests()
    key = manifest.object_key
    restore.thaw(filled.bucket, [manifest], "Standard", 1)
    wait_until(lambda: not restore.still_frozen(filled.bucket, [key]))
    _freeze_again(filled.bucket, key)
    with pytest.raises(NotReadableError):
        restore.load_part(filled.dsn, filled.bucket, manifest.key_in_bucket, progress=str)
    assert filled.rows() == []
    assert not restore.ask(filled.bucket, key, "Standard", 1)
    wait_until(lambda: restore.ask(filled.bucket, key, "Standard", 1))
    part = restore.load_part(filled.dsn, filled.bucket, manifest.key_in_bucket, progress=str)
    assert (part.added, filled.rows()) == (2 * SAMPLES, rows)


def _freeze_again(bucket, key: str) -> None:
    """The object as it is when its copy has run out: neither server has a clock for that."""
    body = bucket.read(key)
    bucket.client.put_object(Bucket=bucket.name, Key=key, Body=body, StorageClass="GLACIER")


def test_a_download_that_is_cut(filled, monkeypatch):
    filled.archive()
    [manifest] = filled.bucket.manifests()
    get = filled.bucket.client.get_object

    def cut(**arguments):
        found = get(**arguments)
        if arguments["Key"] == manifest.object_key:
            body = found["Body"]
            found["Body"] = type("Cut", (), {"iter_chunks": lambda _, size: [body.read(1000)]})()
        return found

    monkeypatch.setattr(filled.bucket.client, "get_object", cut)
    with pytest.raises(IntegrityError, match="SHA-256"):
        restore.load_part(filled.dsn, filled.bucket, manifest.key_in_bucket, progress=str)
    assert filled.rows() == []
