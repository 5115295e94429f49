"""Settings -> the bucket's rules: transitions to Glacier, versions, no public access, encryption.

First the difference between what is and what should be, as a person reads it; then, if wanted, the
change. Rules that somebody else has made stay. Applying twice changes nothing the second time.
"""

import difflib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vitals.archive.bucket import Bucket, error_code
from vitals.archive.errors import ArchiveError
from vitals.archive.manifest import DATA_PREFIX
from vitals.archive.settings import ArchiveSettings

log = logging.getLogger(__name__)

_OURS = "vitals-"
_DAYS_A_MONTH = 30
_UNFINISHED_UPLOAD_DAYS = 7
_PRIVATE = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
# What S3 answers where something was never set; some servers just say that it is not there.
_UNSET = (
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "404",
)
# What other servers answer where they do not have something: MinIO no public access block, some no
# versions. https://github.com/aminueza/terraform-provider-minio/issues/864
_NOT_OFFERED = ("NotImplemented", "MethodNotAllowed", "501", "405")


@dataclass(frozen=True)
class Aspect:
    """One setting of the bucket, as it is and as it should be."""

    name: str
    found: Any
    wanted: Any

    @property
    def difference(self) -> list[str]:
        """Lines of a unified diff; none if there is nothing to change."""
        if self.found == self.wanted:
            return []
        found, wanted = _lines(self.found), _lines(self.wanted)
        names = (f"{self.name} (is)", f"{self.name} (to be)")
        return list(difflib.unified_diff(found, wanted, *names, lineterm="", n=2))


def compare(bucket: Bucket) -> list[Aspect]:
    """Every aspect of the bucket that its server offers; the log names the others.

    Raises:
        ArchiveError: the bucket cannot be read.
    """
    readers: dict[str, Callable[[Bucket], tuple[Any, Any]]] = {
        "lifecycle": _lifecycle,
        "versioning": _versioning,
        "public access block": _public_access,
    }
    if bucket.settings.encryption != "bucket":
        readers["encryption"] = _encryption
    with _explained(bucket):
        return [found for name, read in readers.items() if (found := _aspect(name, read, bucket))]


def apply(bucket: Bucket, aspects: list[Aspect]) -> list[str]:
    """Change what differs; returns the names of what was changed.

    Raises:
        ArchiveError: S3 refused it.
    """
    changed = [aspect for aspect in aspects if aspect.difference]
    with _explained(bucket):
        for aspect in changed:
            _put(bucket.client, bucket.name, aspect)
    return [aspect.name for aspect in changed]


def _put(client: Any, name: str, aspect: Aspect) -> None:
    if aspect.name == "lifecycle":
        client.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration={"Rules": aspect.wanted}
        )
    elif aspect.name == "versioning":
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": aspect.wanted})
    elif aspect.name == "public access block":
        client.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=aspect.wanted)
    else:
        rules = [{"ApplyServerSideEncryptionByDefault": rule} for rule in aspect.wanted]
        client.put_bucket_encryption(
            Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules}
        )


def _aspect(name: str, read: Callable[[Bucket], tuple[Any, Any]], bucket: Bucket) -> Aspect | None:
    try:
        return Aspect(name, *read(bucket))
    except ClientError as error:
        if error_code(error) not in _NOT_OFFERED:
            raise
        log.warning("s3://%s: its server knows no %s; see to that there", bucket.name, name)
        return None


def _lifecycle(bucket: Bucket) -> tuple[Any, Any]:
    stored = _unless_unset(bucket.client.get_bucket_lifecycle_configuration, bucket.name)
    rules = stored.get("Rules", [])
    return _sorted(rules), _sorted([*_foreign(rules), *_rules(bucket.settings)])


def _versioning(bucket: Bucket) -> tuple[Any, Any]:
    return bucket.client.get_bucket_versioning(Bucket=bucket.name).get("Status"), "Enabled"


def _public_access(bucket: Bucket) -> tuple[Any, Any]:
    stored = _unless_unset(bucket.client.get_public_access_block, bucket.name)
    return stored.get("PublicAccessBlockConfiguration"), _PRIVATE


def _encryption(bucket: Bucket) -> tuple[Any, Any]:
    stored = _unless_unset(bucket.client.get_bucket_encryption, bucket.name)
    rules = stored.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    settings = bucket.settings
    key = {"KMSMasterKeyID": settings.kms_key} if settings.kms_key else {}
    is_now = [rule.get("ApplyServerSideEncryptionByDefault") for rule in rules]
    return is_now, [{"SSEAlgorithm": settings.encryption, **key}]


def _rules(settings: ArchiveSettings) -> Iterator[dict[str, Any]]:
    """Our rules. Manifests and the lake lie under other prefixes, and stay as they are."""
    months = {
        "GLACIER": settings.glacier_after_months,
        "DEEP_ARCHIVE": settings.deep_archive_after_months,
    }
    transitions = [
        {"Days": months * _DAYS_A_MONTH, "StorageClass": name}
        for name, months in months.items()
        if months
    ]
    if transitions:
        yield {
            "ID": f"{_OURS}archive-to-glacier",
            "Filter": {"Prefix": DATA_PREFIX},
            "Status": "Enabled",
            "Transitions": transitions,
        }
    yield {
        "ID": f"{_OURS}unfinished-uploads",
        "Filter": {"Prefix": ""},
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UNFINISHED_UPLOAD_DAYS},
    }
    if settings.keep_versions_days:
        yield {
            "ID": f"{_OURS}old-versions",
            "Filter": {"Prefix": ""},
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": settings.keep_versions_days},
        }


def _foreign(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [rule for rule in rules if not rule.get("ID", "").startswith(_OURS)]


def _sorted(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rules, key=lambda rule: rule.get("ID", ""))


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True).splitlines()


def _unless_unset(call: Any, name: str) -> dict[str, Any]:
    try:
        return call(Bucket=name)
    except ClientError as error:
        if error_code(error) not in _UNSET:
            raise
        return {}


@contextmanager
def _explained(bucket: Bucket) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise ArchiveError(f"s3://{bucket.name}: {error}") from error
