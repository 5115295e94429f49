"""Archived parts lose the deleted, keep the others to the row, and can still be restored."""

from dataclasses import replace

import pytest
from tests.archive.conftest import Rig, week
from tests.deletion.conftest import DOCUMENT
from tests.waiting import wait_until

from vitals.archive.bucket import Bucket
from vitals.archive.errors import IntegrityError
from vitals.archive.restore import choose, load_part
from vitals.deletion.participant import delete_participant

pytestmark = pytest.mark.slow


@pytest.fixture
def rig(two_watches) -> Rig:
    """Three weeks: one of w1 alone, one of w1 and w2, one of w2 alone; all archived."""
    two_watches.fill("w1", weeks=2)
    two_watches.fill("w2", start=week(1), weeks=2)
    two_watches.archive()
    assert two_watches.rows() == []
    return two_watches


def held(rig: Rig) -> dict[str, int]:
    """How many archived rows there are of whom, by the manifests."""
    found: dict[str, int] = {}
    for manifest in choose(rig.bucket):
        for subject, rows in manifest.subjects.items():
            found[subject] = found.get(subject, 0) + rows.rows
    return found


def test_the_deleted_are_taken_out_and_the_others_stay(rig):
    before = held(rig)
    assert before["w1"] == before["w2"] > 0
    keys = set(rig.bucket.keys("archive"))

    receipt = delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str)

    assert (receipt.archive_objects_deleted, receipt.archive_objects_rewritten) == (1, 1)
    assert receipt.left == 0
    assert held(rig) == {"w2": before["w2"]}
    # Two parts, an object and a manifest each: one as it was, one written anew.
    left = set(rig.bucket.keys("archive"))
    assert len(left) == 4 and len(left & keys) == 2
    states = [(state, rows) for _, _, _, state, rows in rig.parts()]
    assert sorted(states) == [
        ("archived", before["w2"] // 2), ("archived", before["w2"] // 2),
        ("expired", before["w1"] // 2),
    ]  # fmt: skip

    # What is left comes back whole: the restore compares it with its manifest.
    rig.fill("w2", start=week(1), weeks=2)
    wanted = rig.rows()
    rig.run("delete from raw.iot__heart_rates")
    for manifest in choose(rig.bucket):
        load_part(rig.dsn, rig.bucket, manifest.key_in_bucket, progress=str)
    assert [row[:4] for row in rig.rows()] == [row[:4] for row in wanted]


def test_all_versions_of_an_object_go(rig):
    client, name = rig.bucket.client, rig.bucket.name
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str)
    found = client.list_object_versions(Bucket=name, Prefix="archive")
    names = [item["Key"] for item in (*found["Versions"], *found.get("DeleteMarkers", ()))]
    assert sorted(names) == sorted(rig.bucket.keys("archive"))


def test_what_lies_in_glacier_is_asked_for_and_done_the_next_time(rig):
    cold_bucket = Bucket(rig.bucket.client, replace(rig.bucket.settings, storage_class="GLACIER"))
    for manifest in choose(rig.bucket):  # as a lifecycle rule would
        place = {"Bucket": rig.bucket.name, "Key": manifest.object_key}
        rig.bucket.client.copy_object(CopySource=place, StorageClass="GLACIER", **place)

    first = delete_participant(rig.dsn, "p1", None, cold_bucket, progress=str)

    # The part of p1 alone went at once; the shared one has to be read.
    assert (first.archive_objects_deleted, first.left) == (1, 1)
    assert any("Glacier" in wish for wish in first.by_hand)
    shared = [one for one in choose(rig.bucket) if len(one.subjects) == 2]
    wait_until(lambda: rig.bucket.state(shared[0].object_key).is_readable)
    second = delete_participant(rig.dsn, "p1", None, cold_bucket, progress=str)
    assert (second.archive_objects_rewritten, second.left) == (1, 0)
    assert held(rig).keys() == {"w2"}


def shared_part(rig: Rig):
    [part] = [one for one in choose(rig.bucket) if len(one.subjects) == 2]
    return part


def test_a_part_that_was_damaged_is_neither_copied_nor_deleted(rig):
    part = shared_part(rig)
    body = bytearray(rig.bucket.read(part.object_key))
    body[-20] ^= 1
    rig.bucket.write(part.object_key, bytes(body), "x/y")
    with pytest.raises(IntegrityError, match="SHA-256"):
        delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str)
    assert rig.bucket.manifest(part.key_in_bucket) == part  # its versions may still be restored
    assert rig.bucket.read(part.object_key) == bytes(body)


def test_the_old_part_stays_until_the_new_one_has_arrived(rig, monkeypatch):
    part, upload = shared_part(rig), rig.bucket.upload

    def damaged(path, key, part_bytes):
        upload(path, key, part_bytes)
        rig.bucket.write(key, rig.bucket.read(key)[:-1] + b"x", "x/y")

    monkeypatch.setattr(rig.bucket, "upload", damaged)
    with pytest.raises(IntegrityError, match="not what was uploaded"):
        delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str)
    monkeypatch.undo()
    assert held(rig)["w2"] == 2 * part.subjects["w2"].rows  # nobody else has lost anything
    assert delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str).left == 0
    assert held(rig).keys() == {"w2"}


def test_a_number_that_was_used_is_not_used_again(rig):
    """The further part of p3 is gone from the bucket, and still in the catalogue."""
    rig.run(DOCUMENT, "p3", '["w3"]')
    rig.fill("w3", start=week(1))
    rig.archive()
    delete_participant(rig.dsn, "p3", None, rig.bucket, progress=str)
    assert delete_participant(rig.dsn, "p1", None, rig.bucket, progress=str).left == 0
    numbers = sorted(
        (number, state) for _, start, number, state, _ in rig.parts() if start == week(1)
    )
    assert numbers == [(2, "expired"), (3, "archived")]
