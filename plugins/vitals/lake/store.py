"""The objects of the lake: lake/<source>/<YYYY-MM-DD>/<resource>-<load id>.jsonl.zst in S3.

The date is the UTC day on which the account was read. An object belongs to one load and so to one
account, is written once and never over another: numbers of loads do not repeat.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from vitals import storage
from vitals.lake.errors import LakeError, LoadIdTakenError, PayloadError
from vitals.lake.payload import Answer, Head, read_answers, read_head
from vitals.settings import Settings

PREFIX = "lake/"
# Enough for the head of a load that read some hundred windows.
_HEAD_BYTES = 32_768
_NAME = re.compile(r"lake/(\w+)/(\d{4}-\d{2}-\d{2})/(\w+)-(\d+)\.jsonl\.zst")


@dataclass(frozen=True, order=True)
class Key:
    """Name of an object; keys sort in the order in which loads were made."""

    load_id: int
    source: str
    day: date
    resource: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.source}/{self.day}/{self.resource}-{self.load_id}.jsonl.zst"

    @classmethod
    def parse(cls, name: str) -> "Key | None":
        """The key with a name; None for what is no object of ours."""
        found = _NAME.fullmatch(name)
        if not found:
            return None
        source, day, resource, load_id = found.groups()
        return cls(int(load_id), source, date.fromisoformat(day), resource)

    @classmethod
    def of(cls, head: Head) -> "Key":
        """Where the load of a head is kept."""
        return cls(head.load_id, head.source, head.read_at.date(), head.resource)


@dataclass(frozen=True)
class Lake:
    """A lake in one bucket.

    Attributes:
        client: boto3 client of the S3 server.
        bucket: made when the first object is written, if it is missing.
    """

    client: Any
    bucket: str

    @classmethod
    def of(cls, settings: Settings) -> "Lake":
        """The lake that the settings name, for code outside Airflow."""
        return cls(storage.client(settings.s3), settings.storage.bucket)

    def put(self, head: Head, content: bytes) -> None:
        """Keep a load.

        Raises:
            LoadIdTakenError: the lake holds another load of that number.
            LakeError: it cannot be written.
        """
        self.put_once(str(Key.of(head)), content)

    def put_once(self, name: str, content: bytes) -> None:
        """Write an object that nothing may be written over.

        Raises:
            LoadIdTakenError: there is one with other content.
            LakeError: it cannot be written.
        """
        with self._complaints(f"write {name}"):
            self._with_bucket(lambda: self._put(name, content))

    def objects(
        self,
        source: str | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> list[Key]:
        """Keys by number of the load; of one source, and of some days, if they are given.

        Raises:
            LakeError: the lake cannot be read.
        """
        return sorted(self.walk(source, first, last))

    def walk(
        self,
        source: str | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> Iterator[Key]:
        """The same, by source and day, and one at a time: there may be millions.

        Raises:
            LakeError: the lake cannot be read.
        """
        prefix = f"{PREFIX}{source}/" if source else PREFIX
        after = f"{prefix}{first}" if source and first else ""
        for key in filter(None, map(Key.parse, self.names(prefix, after))):
            if source and last and key.day > last:
                return
            if (first or key.day) <= key.day <= (last or key.day):
                yield key

    def head(self, key: Key) -> Head:
        """The head of an object.

        Raises:
            LakeError: it cannot be read, or is another load's.
        """
        with self._complaints(f"read {key}"):
            return _of(key, read_head(self._get(key, Range=f"bytes=0-{_HEAD_BYTES - 1}")))

    def answers(self, key: Key) -> list[Answer]:
        """The answers in an object.

        Raises:
            LakeError: it cannot be read.
        """
        with self._complaints(f"read {key}"):
            return list(read_answers(self._get(key)))

    def write_note(self, name: str, content: bytes) -> None:
        """Write a small object beside the lake, over what is there.

        Raises:
            LakeError: it cannot be written.
        """
        with self._complaints(f"write {name}"):
            self._with_bucket(
                lambda: self.client.put_object(Bucket=self.bucket, Key=name, Body=content)
            )

    def read_note(self, name: str) -> bytes | None:
        """A small object beside the lake; None if there is none.

        Raises:
            LakeError: it cannot be read.
        """
        missing = (self.client.exceptions.NoSuchKey, self.client.exceptions.NoSuchBucket)
        with self._complaints(f"read {name}"):
            try:
                return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()
            except missing:
                return None

    def names(self, prefix: str, after: str = "") -> Iterator[str]:
        """Names of all objects that begin with `prefix` and come after another name.

        Raises:
            LakeError: the lake cannot be read.
        """
        with self._complaints(f"list {prefix}"):
            yield from storage.names(self.client, self.bucket, prefix, after)

    def delete(self, keys: Iterable[str]) -> int:
        """Delete objects, with all their versions; returns how many there were.

        Raises:
            LakeError: they cannot be deleted.
        """
        with self._complaints("delete objects of the lake"):
            return storage.delete_for_good(self.client, self.bucket, keys)

    def forget_earlier(self, name: str) -> None:
        """Delete what an object was before it was written anew, where the bucket keeps that.

        Raises:
            LakeError: it cannot be deleted.
        """
        with self._complaints(f"delete earlier versions of {name}"):
            storage.delete_earlier(self.client, self.bucket, name)

    def _put(self, name: str, content: bytes) -> None:
        from botocore.exceptions import ClientError

        try:
            self.client.put_object(Bucket=self.bucket, Key=name, Body=content, IfNoneMatch="*")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "NotImplemented":  # by some servers; then numbers alone keep them apart
                self.client.put_object(Bucket=self.bucket, Key=name, Body=content)
                return
            if code not in ("PreconditionFailed", "412"):
                raise
            if self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read() == content:
                return  # a try whose answer was lost
            raise LoadIdTakenError(f"{name} exists: it is another warehouse's") from None

    def _get(self, key: Key, **how: Any) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=str(key), **how)["Body"].read()

    def _with_bucket(self, write: Callable[[], object]) -> None:
        try:
            write()
        except self.client.exceptions.NoSuchBucket:
            storage.make_bucket(self.client, self.bucket)
            write()

    @contextmanager
    def _complaints(self, wish: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except PayloadError as error:
            raise LakeError(f"cannot {wish}: it {error}") from None
        except (BotoCoreError, ClientError) as error:
            reason = str(error).splitlines()[0]
            raise LakeError(
                f"cannot {wish} in bucket {self.bucket}: {reason}: see VITALS_S3_BUCKET and the "
                "connection vitals_s3; VITALS_LAKE=false does without a lake"
            ) from None


def _of(key: Key, head: Head) -> Head:
    if Key.of(head) != key:
        raise PayloadError(f"holds load {head.load_id} of {head.source} {head.resource}")
    return head
