"""Environment -> how and where raw is archived."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals import settings, storage_settings
from vitals.setting_values import SettingError, whole_number

# What has to be restored before it can be read.
COLD_CLASSES = ("GLACIER", "DEEP_ARCHIVE")
STORAGE_CLASSES = ("STANDARD", "STANDARD_IA", "GLACIER_IR", *COLD_CLASSES)
ENCRYPTIONS = ("bucket", "AES256", "aws:kms")


@dataclass(frozen=True)
class ArchiveSettings:
    """The archive's settings.

    Attributes:
        bucket: name of the bucket (VITALS_S3_BUCKET), which the data lake uses as well.
        older_than_days: age at which a chunk is archived.
        tables: hypertables of schema raw that are archived; empty for all.
        storage_class: class in which objects are uploaded.
        encryption: "bucket" for the bucket's default, AES256 or aws:kms.
        kms_key: key of aws:kms; None for the account's default.
        part_bytes: size of the pieces of a multipart upload.
        glacier_after_months: when the lifecycle rule moves objects to GLACIER; 0 for never.
        deep_archive_after_months: when it moves them to DEEP_ARCHIVE; 0 for never.
        keep_versions_days: how long what was deleted or overwritten can be brought back.
    """

    bucket: str
    older_than_days: int
    tables: tuple[str, ...]
    storage_class: str
    encryption: str
    kms_key: str | None
    part_bytes: int
    glacier_after_months: int
    deep_archive_after_months: int
    keep_versions_days: int


def read(given: Mapping[str, str] | None = None) -> ArchiveSettings:
    """The settings in force.

    Args:
        given: the environment over `.env`, as `Settings.environment` has it.

    Raises:
        SettingError: a value cannot be used.
    """
    given = settings.load().environment if given is None else given
    found = ArchiveSettings(
        bucket=storage_settings.read(given).bucket,
        older_than_days=whole_number(given, "ARCHIVE__OLDER_THAN_DAYS", 365),
        tables=tuple(filter(None, map(str.strip, given.get("ARCHIVE__TABLES", "").split(",")))),
        storage_class=_one_of(given, "ARCHIVE__STORAGE_CLASS", STORAGE_CLASSES),
        encryption=_one_of(given, "ARCHIVE__ENCRYPTION", ENCRYPTIONS),
        kms_key=given.get("ARCHIVE__KMS_KEY"),
        part_bytes=whole_number(given, "ARCHIVE__PART_MB", 16) * 1024 * 1024,
        glacier_after_months=whole_number(given, "ARCHIVE__GLACIER_AFTER_MONTHS", 1),
        deep_archive_after_months=whole_number(given, "ARCHIVE__DEEP_ARCHIVE_AFTER_MONTHS", 6),
        keep_versions_days=whole_number(given, "ARCHIVE__KEEP_VERSIONS_DAYS", 30),
    )
    _check(found)
    return found


def _one_of(given: Mapping[str, str], variable: str, known: tuple[str, ...]) -> str:
    value = given.get(variable, known[0])
    if value not in known:
        raise SettingError(f"{variable} must be one of {', '.join(known)}, not {value!r}")
    return value


def _check(found: ArchiveSettings) -> None:
    if found.part_bytes < 5 * 1024 * 1024:
        raise SettingError("ARCHIVE__PART_MB must be at least 5: S3 takes no smaller parts")
    if found.older_than_days < 1:
        raise SettingError("ARCHIVE__OLDER_THAN_DAYS must be at least 1")
    glacier, deep = found.glacier_after_months, found.deep_archive_after_months
    # S3 refuses a rule whose transitions lie less than 90 days apart.
    if glacier and deep and deep < glacier + 3:
        raise SettingError(
            "ARCHIVE__DEEP_ARCHIVE_AFTER_MONTHS must be at least 3 more than "
            "ARCHIVE__GLACIER_AFTER_MONTHS, or 0 for never"
        )
