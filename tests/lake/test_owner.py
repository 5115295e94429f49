"""A bucket belongs to one warehouse: no other one writes, deletes or reads there."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from tests.archive.conftest import NOW, Rig, on_both_servers

from vitals import first_run, warehouse
from vitals.archive import settings as archive_settings
from vitals.archive.archiver import archive
from vitals.archive.bucket import Bucket
from vitals.archive.restore import load_part
from vitals.deletion.participant import delete_participant
from vitals.lake import owner
from vitals.lake.errors import LakeError
from vitals.lake.owner import StrangersBucketError
from vitals.load.lake_keeper import LakeKeeper
from vitals.load.rebuild import rebuild
from vitals.load.stream import load_new
from vitals.stream.lake import StreamLake


@pytest.fixture
def bucket(lake) -> Bucket:
    return Bucket(lake.client, replace(archive_settings.read({}), bucket=lake.bucket))


@pytest.fixture
def first(warehouse_dsn, bucket) -> Rig:
    """A warehouse that has archived a week, and so owns the bucket."""
    made = Rig(warehouse_dsn, bucket)
    made.fill("d1")
    made.archive()
    return made


@pytest.fixture
def second(new_warehouse, bucket) -> Rig:
    """Another one with data of its own, which was given the same bucket by mistake."""
    made = Rig(new_warehouse(), bucket)
    made.fill("d2", weeks=2)
    made.run("insert into raw.loads (source, resource, mode) values ('iot', 'steps', 'full')")
    return made


def keep(rig: Rig) -> None:
    """What every reading of an account begins with."""
    with warehouse.connect(rig.dsn, role="loader", autocommit=True) as connection:
        LakeKeeper.open(rig.bucket.lake, connection, "fitbit", "fitbit:p1")


def objects(rig: Rig) -> dict[str, str]:
    listed = rig.bucket.client.list_objects_v2(Bucket=rig.bucket.name)["Contents"]
    return {item["Key"]: item["ETag"] for item in listed}


@on_both_servers
@pytest.mark.slow
def test_the_second_warehouse_is_refused_whatever_it_wants(first, second):
    lake, [key] = first.bucket.lake, first.parts_keys()
    lake.put_once(
        "stream/heart_rate/2026/03/01/22/heart-0-00000000000000000000-00000000000000000009.parquet",
        b"an object of the stream",
    )
    before, rows = objects(first), second.rows()
    attempts = {
        "load": lambda: keep(second),
        "archive": second.archive,
        "look": lambda: second.archive(dry_run=True),
        "restore": lambda: load_part(second.dsn, second.bucket, key, progress=str),
        "rebuild": lambda: rebuild(second.dsn, lake, progress=str),
        "delete": lambda: delete_participant(second.dsn, "p1", lake, None, progress=str),
        "delete archived": lambda: delete_participant(
            second.dsn, "p1", None, second.bucket, progress=str
        ),
        "stream": lambda: load_new(second.dsn, StreamLake(lake), progress=str),
    }
    for name, attempt in attempts.items():
        with pytest.raises(StrangersBucketError, match="VITALS_S3_BUCKET") as refused:
            attempt()
        assert first.dsn.rpartition("/")[2] in str(refused.value), name  # says whose it is
        assert len(str(refused.value).splitlines()) == 1
    assert objects(first) == before and second.rows() == rows
    assert second.fetch("select * from accounts.tombstones") == []
    keep(first)  # whoever owns it goes on


def test_a_look_at_a_new_bucket_claims_nothing(first, new_warehouse, s3_client, bucket):
    other = Rig(new_warehouse(), Bucket(s3_client, replace(bucket.settings, bucket="not-there")))
    archive(other.dsn, other.bucket, dry_run=True, now=NOW, progress=str)
    assert owner.owner_of(other.bucket.lake) is None and not other.bucket.exists()
    assert other.fetch("select * from archive.this_warehouse") == []


@on_both_servers
def test_an_empty_warehouse_takes_over_what_a_lost_one_has_left(first, second, new_warehouse):
    [key], empty = first.parts_keys(), Rig(new_warehouse(), first.bucket)
    with pytest.raises(StrangersBucketError):
        keep(empty)  # by itself it does not: the other one may be alive
    load_part(empty.dsn, empty.bucket, key, rebuild=True, progress=str)
    assert len(empty.rows()) == first.fetch("select row_count from archive.parts")[0][0]
    keep(empty)
    # The one that was not lost after all writes no more, and can take it back.
    with pytest.raises(StrangersBucketError):
        keep(first)


def test_populate_takes_over_also_what_is_not_empty(first, second, make_settings, s3):
    values = make_settings(
        AIRFLOW_CONN_VITALS_WAREHOUSE=second.dsn, VITALS_S3_BUCKET=first.bucket.name
    )
    s3_connection = f"aws://{s3.access_key}:{s3.secret_key}@/?endpoint_url={s3.endpoint_url}"
    assert first_run.populate(replace(values, s3_connection=s3_connection), str)
    keep(second)
    assert {row[0] for row in second.rows()} == {"d1", "d2"}


def test_of_two_that_are_first_at_once_one_owns_it(warehouse_dsn, second):
    """Not on moto, which looks for the object and writes it in two steps."""
    both = [Rig(warehouse_dsn, second.bucket), second]

    def ends(rig: Rig) -> bool:
        try:
            keep(rig)
            return True
        except StrangersBucketError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ends, both)) == [False, True]


def test_runs_of_one_warehouse_do_not_keep_each_other_out(warehouse_dsn, bucket):
    rig = Rig(warehouse_dsn, bucket)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, [rig] * 4))
    assert len(rig.fetch("select * from archive.this_warehouse")) == 1


def test_a_note_that_is_none_of_ours_is_named(warehouse_dsn, bucket):
    bucket.lake.write_note(owner.OBJECT, b"{}")
    with pytest.raises(LakeError, match=f"{owner.OBJECT} in bucket {bucket.name}"):
        keep(Rig(warehouse_dsn, bucket))
