"""The drill proves that a part would come back, and notices one that would not."""

import pytest
from tests.archive.conftest import SAMPLES

from vitals.archive import drill
from vitals.archive.errors import ArchiveError, IntegrityError
from vitals.archive.manifest import SubjectRows


def test_a_random_part_is_restored_compared_and_forgotten(rig):
    with pytest.raises(ArchiveError, match="nothing has been archived"):
        drill.pick(rig.bucket)
    rig.fill("d1", weeks=3)
    rig.archive()
    picked = {drill.pick(rig.bucket, seed).range_start for seed in range(20)}
    assert len(picked) == 3
    key = drill.pick(rig.bucket).key_in_bucket
    proof = drill.prove(rig.dsn, rig.bucket, key, progress=str)
    assert proof == drill.Proof(key, SAMPLES, 1, True)
    assert rig.rows() == []
    assert rig.fetch("select to_regnamespace('archive_drill')") == [(None,)]


def test_a_value_that_is_another_is_noticed(rig, monkeypatch):
    rig.fill("d1")
    rig.archive()
    [manifest] = rig.bucket.manifests()
    manifest.subjects["d1"] = SubjectRows(SAMPLES, manifest.subjects["d1"].digest ^ 1)
    monkeypatch.setattr(rig.bucket, "manifest", lambda key: manifest)
    with pytest.raises(IntegrityError, match="have changed"):
        drill.prove(rig.dsn, rig.bucket, manifest.key_in_bucket, progress=str)
