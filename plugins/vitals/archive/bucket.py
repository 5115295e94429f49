"""The bucket of the archive: all that talks to S3, over a boto3 client that the caller gives.

Tasks build the client from the Airflow connection `vitals_s3`, the command line from the settings.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vitals import storage
from vitals.archive.errors import ArchiveError, MissingObjectError, NotReadableError
from vitals.archive.manifest import MANIFEST_PREFIX, Manifest
from vitals.archive.settings import COLD_CLASSES, ArchiveSettings
from vitals.archive.upload import Target, upload
from vitals.lake.store import Lake

_PIECE = 1024 * 1024
_MISSING = ("NoSuchKey", "404", "NotFound")
# InvalidRange and the like never come here; a restored copy that has run out answers as archived.
_ARCHIVED = ("InvalidObjectState",)
_REPEATED = ("RestoreAlreadyInProgress", "ObjectAlreadyInActiveTierError")


@dataclass(frozen=True)
class ObjectState:
    """What S3 says of an object.

    Attributes:
        size_bytes: its size.
        storage_class: its class now, which a lifecycle rule may have changed.
        checksum: its SHA-256 as S3 computed it, composite for several parts; None if unknown.
        restore: "none", "ongoing", or "done" while a restored copy can be read.
    """

    size_bytes: int
    storage_class: str
    checksum: str | None
    restore: str

    @property
    def is_readable(self) -> bool:
        """Whether it can be downloaded now."""
        return self.storage_class not in COLD_CLASSES or self.restore == "done"


class Bucket:
    """One bucket; errors of S3 become `ArchiveError`s of one line."""

    def __init__(self, client: Any, settings: ArchiveSettings) -> None:
        self.client, self.settings, self.name = client, settings, settings.bucket

    @property
    def lake(self) -> Lake:
        """The lake in the same bucket."""
        return Lake(self.client, self.name)

    def exists(self) -> bool:
        """Whether there is a bucket yet."""
        with self._explained("the bucket"):
            try:
                self.client.head_bucket(Bucket=self.name)
            except ClientError as error:
                if error_code(error) not in (*_MISSING, "NoSuchBucket"):
                    raise
                return False
            return True

    def ensure(self) -> None:
        """Make the bucket if it is missing."""
        if not self.exists():
            with self._explained("the bucket"):
                storage.make_bucket(self.client, self.name)

    def keys(self, prefix: str) -> Iterator[str]:
        """Keys that begin with a prefix, in their order; none if there is no bucket yet."""
        with self._explained(prefix):
            yield from storage.names(self.client, self.name, prefix)

    def manifests(self, table: str | None = None) -> Iterator[Manifest]:
        """The manifests of one table or of all, in order of table and time."""
        for key in self.keys(f"{MANIFEST_PREFIX}{table}/" if table else MANIFEST_PREFIX):
            yield self.manifest(key)

    def manifest(self, key: str) -> Manifest:
        """One manifest.

        Raises:
            MissingObjectError: there is none of that key.
            ArchiveError: it cannot be understood.
        """
        try:
            return Manifest.from_json(self.read(key))
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{key} is no manifest of this program: {error}") from error

    def write_manifest(self, manifest: Manifest) -> None:
        """Write a manifest, which makes its object count."""
        self.write(manifest.key_in_bucket, manifest.to_json(), "application/json")

    def read(self, key: str) -> bytes:
        """A small object whole."""
        with self._explained(key):
            return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def write(self, key: str, body: bytes, content_type: str) -> None:
        """A small object, in the class STANDARD."""
        checksum = {"ChecksumAlgorithm": "SHA256", "ContentType": content_type}
        with self._explained(key):
            self.client.put_object(
                Bucket=self.name, Key=key, Body=body, **checksum, **self._encryption
            )

    def upload(self, path: Path, key: str, part_bytes: int) -> None:
        """A file, in the storage class of the archive; whole, or not at all."""
        options = {"StorageClass": self.settings.storage_class, **self._encryption}
        with self._explained(key):
            upload(path, Target(self.client, self.name, key, options), part_bytes)

    def download(self, key: str, path: Path) -> str:
        """Fetch an object into a file; returns its SHA-256 in hexadecimal.

        Raises:
            NotReadableError: it lies in Glacier, or the restored copy has run out.
            MissingObjectError: there is no such object.
            ArchiveError: the connection was cut.
        """
        digest = hashlib.sha256()
        with self._explained(key), path.open("wb") as file:
            body = self.client.get_object(Bucket=self.name, Key=key)["Body"]
            for piece in body.iter_chunks(_PIECE):
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()

    def state(self, key: str) -> ObjectState:
        """What S3 says of an object.

        Raises:
            MissingObjectError: there is none.
        """
        with self._explained(key):
            found = self.client.head_object(Bucket=self.name, Key=key, ChecksumMode="ENABLED")
        restore = re.search(r'ongoing-request="(true|false)"', found.get("Restore", ""))
        return ObjectState(
            size_bytes=found["ContentLength"],
            storage_class=found.get("StorageClass", "STANDARD"),
            checksum=found.get("ChecksumSHA256"),
            restore={"true": "ongoing", "false": "done"}[restore[1]] if restore else "none",
        )

    def request_restore(self, key: str, tier: str, days: int) -> None:
        """Ask for a copy that can be read; asking again while it is being made changes nothing.

        Args:
            key: of the object.
            tier: Bulk, Standard or Expedited.
            days: how long the copy stays.
        """
        request = {"Days": days, "GlacierJobParameters": {"Tier": tier}}
        with self._explained(key):
            try:
                self.client.restore_object(Bucket=self.name, Key=key, RestoreRequest=request)
            except ClientError as error:
                if error_code(error) not in _REPEATED:
                    raise

    def delete(self, key: str) -> None:
        """Delete an object; where the bucket keeps versions, the rule for old ones ends them."""
        with self._explained(key):
            self.client.delete_object(Bucket=self.name, Key=key)

    def abort_uploads(self, key: str) -> None:
        """Discard the parts of uploads of this key that were cut off."""
        with self._explained(key):
            found = self.client.list_multipart_uploads(Bucket=self.name, Prefix=key)
            for item in found.get("Uploads", ()):
                if item["Key"] == key:
                    self.client.abort_multipart_upload(
                        Bucket=self.name, Key=key, UploadId=item["UploadId"]
                    )

    @property
    def _encryption(self) -> dict[str, str]:
        if self.settings.encryption == "bucket":
            return {}
        key = {"SSEKMSKeyId": self.settings.kms_key} if self.settings.kms_key else {}
        return {"ServerSideEncryption": self.settings.encryption, **key}

    @contextmanager
    def _explained(self, key: str) -> Iterator[None]:
        place = f"s3://{self.name}/{key}"
        try:
            yield
        except ClientError as error:
            code = error_code(error)
            if code in _MISSING:
                raise MissingObjectError(f"{place} is not there") from error
            if code in _ARCHIVED:
                raise NotReadableError(f"{place} lies in Glacier: restore it first") from error
            message = error.response.get("Error", {}).get("Message", "")
            raise ArchiveError(f"{place}: {code} {message}".rstrip()) from error
        except BotoCoreError as error:
            raise ArchiveError(f"{place}: {error}") from error


def error_code(error: ClientError) -> str:
    """How S3 calls what went wrong, such as NoSuchKey."""
    return str(error.response.get("Error", {}).get("Code", ""))
