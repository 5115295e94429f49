"""storage: an S3 server -> a client of it, for code outside Airflow; and what all buckets need."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from vitals.connection_uris import S3Target

_AT_ONCE = 1_000  # objects that S3 deletes in one request


def client(target: S3Target) -> Any:
    """A boto3 client; what fails is tried again a few times."""
    import boto3  # takes half a second, and most commands need none
    from botocore.config import Config

    return boto3.client(
        "s3",
        aws_access_key_id=target.access_key,
        aws_secret_access_key=target.secret_key,
        endpoint_url=target.endpoint_url,
        region_name=target.region,
        config=Config(
            connect_timeout=5, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"}
        ),
    )


def make_bucket(client: Any, bucket: str) -> None:
    """Make a bucket in the client's region.

    Raises:
        ClientError: the server refuses.
    """
    region = client.meta.region_name
    if region in (None, "us-east-1"):  # which must not be named
        client.create_bucket(Bucket=bucket)
    else:
        place = {"LocationConstraint": region}
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)


def names(client: Any, bucket: str, prefix: str, after: str = "") -> Iterator[str]:
    """Names of all objects that begin with `prefix` and come after another name, in their order.

    None if there is no bucket yet.

    Raises:
        ClientError: the server refuses.
    """
    pages = client.get_paginator("list_objects_v2")
    with suppress(client.exceptions.NoSuchBucket):
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, StartAfter=after):
            yield from (item["Key"] for item in page.get("Contents", ()))


def delete_for_good(client: Any, bucket: str, names: Iterable[str]) -> int:
    """Delete objects with all their versions; returns how many names there were.

    Raises:
        ClientError: the server refuses one; what went before is deleted.
    """
    every = [*names]
    has_versions = "Status" in client.get_bucket_versioning(Bucket=bucket) if every else False
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        if has_versions:
            wanted = [one for name in some for one in _versions(client, bucket, name)]
        else:
            wanted = [{"Key": name} for name in some]
        _delete(client, bucket, wanted)
    return len(every)


def delete_earlier(client: Any, bucket: str, name: str) -> None:
    """Delete all versions of an object but the newest.

    Raises:
        ClientError: the server refuses.
    """
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=name)
    earlier = [
        {"Key": name, "VersionId": item["VersionId"]}
        for page in pages
        for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
        if item["Key"] == name and not item["IsLatest"]
    ]
    _delete(client, bucket, earlier)


def _versions(client: Any, bucket: str, name: str) -> Iterator[dict[str, str]]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=name)
    for page in pages:
        for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            if item["Key"] == name:
                yield {"Key": name, "VersionId": item["VersionId"]}


def _delete(client: Any, bucket: str, objects: list[dict[str, str]]) -> None:
    from botocore.exceptions import ClientError

    for start in range(0, len(objects), _AT_ONCE):
        wanted = {"Objects": objects[start : start + _AT_ONCE], "Quiet": True}
        refused = client.delete_objects(Bucket=bucket, Delete=wanted).get("Errors")
        if refused:
            raise ClientError({"Error": refused[0]}, "DeleteObjects")
