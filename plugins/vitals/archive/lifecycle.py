"""Settings -> the bucket's rules: transitions to Glacier, versions, no public access, encryption.

First the difference between what is and what should be, as a person reads it; then, if wanted, the
change. Rules that somebody else has made stay. Applying twice changes nothing the second time.
"""

import difflib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from vitals.archive.bucket import Bucket
from vitals.archive.errors import ArchiveError
from vitals.archive.manifest import DATA_PREFIX
from vitals.archive.settings import ArchiveSettings

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
        texts = [_lines(value) for value in (self.found, self.wanted)]
        names = (f"{self.name} (is)", f"{self.name} (to be)")
        return list(difflib.unified_diff(*texts, *names, lineterm="", n=2))


def compare(bucket: Bucket) -> list[Aspect]:
    """Every aspect of the bucket.

    Raises:
        ArchiveError: the bucket cannot be read.
    """
    with _explained(bucket):
        client, name, settings = bucket.client, bucket.name, bucket.settings
        rules = _unless_unset(client.get_bucket_lifecycle_configuration, name).get("Rules", [])
        public = _unless_unset(client.get_public_access_block, name)
        found = [
            Aspect("lifecycle", _sorted(rules), _sorted([*_foreign(rules), *_rules(settings)])),
            Aspect(
                "versioning", client.get_bucket_versioning(Bucket=name).get("Status"), "Enabled"
            ),
            Aspect("public access block", public.get("PublicAccessBlockConfiguration"), _PRIVATE),
        ]
        if settings.encryption != "bucket":
            stored = _unless_unset(client.get_bucket_encryption, name)
            rules = stored.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
            is_now = [rule.get("ApplyServerSideEncryptionByDefault") for rule in rules]
            found.append(Aspect("encryption", is_now, [_encryption(settings)]))
        return found


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


def _encryption(settings: ArchiveSettings) -> dict[str, str]:
    key = {"KMSMasterKeyID": settings.kms_key} if settings.kms_key else {}
    return {"SSEAlgorithm": settings.encryption, **key}


def _sorted(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rules, key=lambda rule: rule.get("ID", ""))


def _lines(value: Any) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True).splitlines()


def _unless_unset(call: Any, name: str) -> dict[str, Any]:
    try:
        return call(Bucket=name)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _UNSET:
            raise
        return {}


@contextmanager
def _explained(bucket: Bucket) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise ArchiveError(f"s3://{bucket.name}: {error}") from error
