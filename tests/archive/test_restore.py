"""What comes back is what went, once, whatever is in the way."""

from datetime import timedelta

import pytest
from tests.archive.conftest import SAMPLES, START, altered, on_both_servers, week
from tests.waiting import wait_until

from vitals.accounts.tombstones import subject_hash
from vitals.archive import drill, restore
from vitals.archive.errors import ArchiveError, IntegrityError, MissingObjectError, NotReadableError


def bring_back(rig, **options):
    options = {"progress": lambda line: None, **options}
    return [
        restore.load_part(rig.dsn, rig.bucket, manifest.key_in_bucket, **options)
        for manifest in restore.choose(rig.bucket)
    ]


def states(rig) -> list[tuple]:
    return rig.fetch(
        "select parts.part_number, parts.state, subject_id, is_in_raw from archive.parts"
        " inner join archive.part_subjects using (part_id) order by 1, 3"
    )


@on_both_servers
def test_rows_come_back_as_they_were(rig):
    rig.fill("d1", "d2", weeks=2)
    rows = rig.rows()
    rig.archive()
    found = bring_back(rig)
    assert rig.rows() == rows
    assert [(one.rows, one.added) for one in found] == [(2 * SAMPLES, 2 * SAMPLES)] * 2
    # Once more changes nothing.
    assert [one.added for one in bring_back(rig)] == [0, 0]
    assert rig.rows() == rows
    # Not to be rebuilt from: they stay archived, and go again without an upload.
    assert not any(state[3] for state in states(rig))
    assert rig.archive().outcomes == {"dropped": 2}
    assert (rig.rows(), len(rig.parts())) == ([], 2)


def test_what_is_rebuilt_touches_its_days(rig):
    rig.fill("d1")
    rig.archive()
    [part] = bring_back(rig, rebuild=True, run_id="a/run")
    touched = rig.fetch("select subject_id, count(*) from raw.touched_days group by 1")
    assert touched == [("d1", 7)]
    load = rig.fetch("select mode, status, run_id, rows_loaded, days_touched from raw.loads")
    assert load == [("restore", "done", "a/run", SAMPLES, 7)]
    assert states(rig) == [(1, "archived", "d1", True)]
    assert rig.fetch("select count(*) from archive.absent_ranges") == [(0,)]
    # It stays until stage has taken it in; the chunk is as it was archived, so it only goes.
    assert rig.archive().outcomes == {"waiting": 1}
    rig.take_in()
    assert rig.archive().outcomes == {"dropped": 1}
    assert rig.fetch("select subject_id from archive.absent_ranges") == [("d1",)]


def test_a_restored_chunk_that_changed_is_archived_in_place_of_the_old_part(rig):
    rig.fill("d1", "d2")
    rig.archive()
    bring_back(rig, rebuild=True)
    rig.sample("d1", START + timedelta(seconds=1), 99)
    rows = rig.rows()
    rig.take_in()
    assert rig.archive().outcomes == {"archived": 1}
    assert [part[2:4] for part in rig.parts()] == [(1, "superseded"), (2, "archived")]
    [chosen] = restore.choose(rig.bucket)
    assert chosen.part_number == 2
    bring_back(rig)
    assert rig.rows() == rows


def test_of_two_values_the_better_one_stays(rig):
    rig.fill("d1")
    rows = rig.rows()
    rig.archive()
    rig.sample("d1", rows[0][1], 200)  # higher confidence than that of the archived row
    rig.run("update raw.iot__heart_rates set confidence = 3")
    rig.sample("d1", rows[1][1], 20)
    rig.run("update raw.iot__heart_rates set confidence = 0 where ts = %s", rows[1][1])
    [part] = bring_back(rig)
    assert (part.rows, part.added) == (SAMPLES, SAMPLES - 2)
    after = rig.rows()
    assert after[0][2:4] == (200, 3) and after[1:] == rows[1:]


def test_parts_are_chosen_by_table_time_and_person(rig):
    rig.fill("d1", weeks=2)
    rig.fill("fitbit:p0002", start=week(1))
    rig.archive()

    def chosen(**wanted):
        return [manifest.range_start for manifest in restore.choose(rig.bucket, **wanted)]

    assert chosen() == chosen(tables=["iot__heart_rates"]) == [START, week(1)]
    assert chosen(tables=["iot__steps"]) == []
    assert chosen(start=week(1)) == [week(1)] and chosen(end=week(1)) == [START]
    whom = restore.subjects_of
    with rig.connect() as connection:
        every = list(rig.bucket.manifests())
        subjects = whom(connection, ["p0002"], every)
        assert subjects == {"fitbit:p0002"} and whom(connection, ["d1"], every) == {"d1"}
    assert chosen(subjects=subjects) == [week(1)]
    key = rig.parts_keys()[1]
    part = restore.load_part(rig.dsn, rig.bucket, key, subjects, rebuild=True, progress=str)
    assert (part.rows, part.left_out) == (SAMPLES, SAMPLES)
    assert {row[0] for row in rig.rows()} == subjects
    assert [state[2:] for state in states(rig) if state[3]] == [("fitbit:p0002", True)]


def test_a_schema_beside_raw_leaves_raw_alone(rig):
    rig.fill("d1")
    rows = rig.rows()
    rig.archive()
    for _ in range(2):
        bring_back(rig, schema="looked_at", rebuild=True)
        assert rig.rows("looked_at.iot__heart_rates") == rows
    assert rig.rows() == [] and rig.fetch("select count(*) from raw.loads") == [(0,)]
    assert not any(state[3] for state in states(rig))
    rig.run("drop schema looked_at cascade")
    for taken in ("stage", "pg_catalog", "Raw; drop"):
        with pytest.raises(ArchiveError, match="cannot be restored into"):
            bring_back(rig, schema=taken)


def test_an_empty_warehouse_is_filled_from_the_bucket(rig, new_warehouse):
    rig.fill("d1", load_id=41)
    rows = rig.rows()
    rig.archive()
    with altered(rig) as other:
        other.dsn = new_warehouse()
        [part] = bring_back(other, rebuild=True)
        assert other.rows() == rows
        assert part.load_id > 41  # new loads are newer than those of the rows
        # Its catalogue knows the part again, so nothing is uploaded twice.
        assert states(other) == [(1, "archived", "d1", True)]
        other.take_in()
        assert other.archive().outcomes == {"dropped": 1}


@on_both_servers
def test_what_lies_in_glacier_is_asked_for_and_waited_for(rig):
    rig.fill("d1")
    rows = rig.rows()
    with altered(rig, storage_class="DEEP_ARCHIVE") as cold:
        cold.archive()
    with pytest.raises(NotReadableError):
        bring_back(rig)
    manifests = restore.choose(rig.bucket)
    for _ in range(2):  # asking again changes nothing
        restore.thaw(rig.bucket, manifests, "Bulk", 2)
    keys = [manifest.object_key for manifest in manifests]
    wait_until(lambda: not restore.still_frozen(rig.bucket, keys))
    assert restore.thaw(rig.bucket, manifests, "Bulk", 2) == []
    bring_back(rig)
    assert rig.rows() == rows
    with pytest.raises(ArchiveError, match="tier"):
        restore.thaw(rig.bucket, manifests, "Slow", 2)


@on_both_servers
def test_an_object_that_is_damaged_or_gone_is_not_trusted(rig):
    rig.fill("d1")
    rig.archive()
    [manifest] = rig.bucket.manifests()
    body = bytearray(rig.bucket.read(manifest.object_key))
    body[len(body) // 2] ^= 1
    rig.bucket.write(manifest.object_key, bytes(body), "application/octet-stream")
    with pytest.raises(IntegrityError, match="SHA-256"):
        bring_back(rig)
    rig.bucket.delete(manifest.object_key)
    with pytest.raises(MissingObjectError):
        bring_back(rig)
    assert rig.rows() == [] and rig.fetch("select count(*) from raw.loads") == [(0,)]


def test_nobody_comes_back_who_was_deleted_for_good(rig):
    rig.fill("d1", "d2", "fitbit:p0003")
    rows = [row for row in rig.rows() if row[0] == "d1"]
    rig.archive()
    for kind, subject in (("device", "d2"), ("device", "fitbit:p0003")):
        rig.run(
            "insert into accounts.tombstones (subject_hash, kind, key, deleted_at)"
            " values (%s, %s, 'k', now())",
            subject_hash(b"k", kind, subject), kind,
        )  # fmt: skip
    try:
        for schema in ("raw", "beside"):
            [part] = bring_back(rig, schema=schema)
            assert (part.rows, part.left_out) == (SAMPLES, 2 * SAMPLES)
            assert rig.rows(f"{schema}.iot__heart_rates") == rows
        key = rig.parts_keys()[0]
        assert drill.prove(rig.dsn, rig.bucket, key, progress=str).subjects == 1
    finally:
        rig.run("truncate accounts.tombstones; drop schema if exists beside cascade")
