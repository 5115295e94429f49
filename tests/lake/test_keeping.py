"""Answers are kept before their rows are written, without secrets; what died leaves nothing."""

import subprocess
from dataclasses import replace

import pytest
from botocore.exceptions import EndpointConnectionError
from tests.archive.conftest import on_both_servers
from tests.lake.conftest import RESOURCES
from tests.simulator.harness import NOW

from vitals.accounts.vault import Vault
from vitals.lake.errors import LakeError
from vitals.lake.payload import read_answers
from vitals.lake.store import Key, Lake
from vitals.load.pipeline import LoadError


@on_both_servers
def test_every_load_is_kept_under_its_number_without_tokens(rig, lake, tmp_path):
    rig.load()
    loads = rig.fetch("select load_id, resource, lake_object from raw.loads order by 1")
    assert [str(key) for key in lake.objects()] == [name for _, _, name in loads]
    assert {resource for _, resource, _ in loads} == set(RESOURCES)
    for load_id, resource, name in loads:
        key = Key.parse(name)
        head = lake.head(key)
        assert (head.load_id, head.resource, head.account_id) == (load_id, resource, "fitbit:p0001")
        days = rig.fetch(
            "select first_date, last_date from raw.loads where load_id = %s", [load_id]
        )
        assert days == [(head.days.first, head.days.last)]
        assert lake.answers(key)
    # The object is what its name says, for any tool.
    content = lake.client.get_object(Bucket=lake.bucket, Key=loads[0][2])["Body"].read()
    file = tmp_path / "object.jsonl.zst"
    file.write_bytes(content)
    lines = subprocess.run(["zstd", "-dc", file], capture_output=True, check=True).stdout
    assert len(lines.splitlines()) == 1 + len(list(read_answers(content)))

    secrets = Vault(rig.values.secrets.token_key)
    tokens = rig.fetch("select access_token, refresh_token from accounts.tokens")
    issued = [secrets.decrypt(token) for row in tokens for token in row if token]
    assert len(issued) >= 3
    for key in lake.objects():
        text = repr(lake.answers(key)) + repr(lake.head(key))
        assert "Bearer" not in text and "127.0.0.1" not in text
        assert not any(token in text for token in issued)


@pytest.mark.slow
def test_without_a_lake_the_same_rows_are_loaded(rig, lake):
    with_lake = rig.load().counts
    rig.execute("truncate raw.loads, raw.cursors cascade")
    assert rig.load("fitbit:p0002", lake=None).counts["rows_loaded"]
    assert rig.load(lake=None).counts["rows_superseded"] == with_lake["rows_loaded"]
    assert {lake.head(key).account_id for key in lake.objects()} == {"fitbit:p0001"}


@on_both_servers
@pytest.mark.slow
def test_a_load_that_dies_leaves_nothing_in_the_lake(rig, lake, monkeypatch):
    from vitals.load.pipeline import Loader

    def die(self, source):
        assert len(lake.objects()) > 0
        raise LoadError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Loader, "load", die)
        with pytest.raises(LoadError):
            rig.load()
    # As a process leaves them that was killed at this point.
    rig.execute("update raw.loads set status = 'running'")
    left = lake.objects()
    assert left
    rig.load()
    assert not set(left) & set(lake.objects())
    kept = rig.fetch("select lake_object from raw.loads where status = 'done' order by load_id")
    assert [str(key) for key in lake.objects()] == [name for (name,) in kept]
    assert rig.fetch("select count(lake_object) from raw.loads where status <> 'done'") == [(0,)]


def test_a_lake_that_does_not_answer_stops_the_load(rig, lake):
    nowhere = replace(lake, bucket="no-such-place-" + "x" * 60)  # a name that S3 refuses
    with pytest.raises(LakeError, match="VITALS_LAKE=false"):
        rig.load(lake=nowhere)
    assert rig.fetch("select count(*) from raw.loads") == [(0,)]


def test_a_lake_that_fails_in_between_stops_the_load(rig, monkeypatch):
    put = Lake._put

    def fail(self, name, content):
        if name.startswith("lake/"):
            raise EndpointConnectionError(endpoint_url="s3")
        put(self, name, content)

    monkeypatch.setattr(Lake, "_put", fail)
    with pytest.raises(LakeError, match="VITALS_LAKE=false"):
        rig.load()
    assert rig.fetch("select count(*) from raw.fitbit__steps") == [(0,)]
    assert rig.fetch("select distinct status from raw.loads") == [("failed",)]


@pytest.mark.slow
def test_numbers_go_on_after_those_of_a_lost_warehouse(rig, lake):
    rig.load()
    newest = lake.objects()[-1].load_id
    content = {key: lake.answers(key) for key in lake.objects()}
    rig.execute("truncate raw.loads, raw.cursors restart identity cascade")
    with pytest.raises(LakeError, match=f"go on after {newest}"):
        rig.load(now=NOW)
    rig.load(now=NOW)
    assert {key: lake.answers(key) for key in content} == content
    assert len(lake.objects()) == 2 * len(content)
