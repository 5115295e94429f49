"""The bucket's rules follow the settings, are shown before they change, and change once."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from tests.archive.conftest import on_both_servers

from vitals.archive import lifecycle
from vitals.archive.bucket import Bucket
from vitals.archive.errors import ArchiveError


@on_both_servers
def test_rules_are_shown_applied_once_and_changed(bucket):
    bucket.client.delete_public_access_block(Bucket=bucket.name)  # new buckets may have one
    shown = "\n".join(line for one in lifecycle.compare(bucket) for line in one.difference)
    for line in (
        '+    "ID": "vitals-archive-to-glacier"',
        '+        "StorageClass": "GLACIER"',
        '+        "Days": 180',
        '+"Enabled"',
        '+  "RestrictPublicBuckets": true',
    ):
        assert line in shown
    changed = lifecycle.apply(bucket, lifecycle.compare(bucket))
    assert changed == ["lifecycle", "versioning", "public access block"]
    assert lifecycle.apply(bucket, lifecycle.compare(bucket)) == []

    rules = bucket.client.get_bucket_lifecycle_configuration(Bucket=bucket.name)["Rules"]
    theirs = {
        "ID": "somebody-else", "Filter": {"Prefix": "x/"}, "Status": "Enabled",
        "Expiration": {"Days": 9},
    }  # fmt: skip
    bucket.client.put_bucket_lifecycle_configuration(
        Bucket=bucket.name, LifecycleConfiguration={"Rules": [theirs, *rules]}
    )
    later = Bucket(bucket.client, replace(bucket.settings, glacier_after_months=0))
    [difference] = [one.difference for one in lifecycle.compare(later) if one.difference]
    assert [line.strip() for line in difference if "GLACIER" in line] == [
        '-        "StorageClass": "GLACIER"'
    ]
    lifecycle.apply(later, lifecycle.compare(later))
    assert not any(one.difference for one in lifecycle.compare(later))
    rules = bucket.client.get_bucket_lifecycle_configuration(Bucket=bucket.name)["Rules"]
    assert "somebody-else" in {rule["ID"] for rule in rules}


def test_encryption_is_a_rule_of_the_bucket_too(bucket):
    chosen = Bucket(bucket.client, replace(bucket.settings, encryption="aws:kms", kms_key="k1"))
    lifecycle.apply(chosen, lifecycle.compare(chosen))
    assert not any(one.difference for one in lifecycle.compare(chosen))
    bucket.write("x", b"x", "text/plain")
    chosen.write("y", b"y", "text/plain")
    head = bucket.client.head_object(Bucket=bucket.name, Key="y")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "k1")


def test_what_a_server_does_not_offer_is_named_and_passed_over(bucket, monkeypatch, caplog):
    """As MinIO, which has no public access block."""

    def refuse(**_):
        raise ClientError({"Error": {"Code": "NotImplemented"}}, "GetPublicAccessBlock")

    monkeypatch.setattr(bucket.client, "get_public_access_block", refuse)
    assert lifecycle.apply(bucket, lifecycle.compare(bucket)) == ["lifecycle", "versioning"]
    assert "knows no public access block" in caplog.text


def test_a_bucket_that_is_missing_is_named(bucket):
    other = Bucket(bucket.client, replace(bucket.settings, bucket="not-there-at-all"))
    with pytest.raises(ArchiveError, match="not-there-at-all"):
        lifecycle.compare(other)
