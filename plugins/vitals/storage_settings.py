"""storage_settings: environment -> what is kept in S3, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vitals.setting_values import SettingError, flag

_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class StorageSettings:
    """What is kept in the S3 server of the connection `vitals_s3`.

    Attributes:
        bucket: the bucket of the data lake; made if it is missing.
        keeps_lake: whether what providers deliver is kept there as delivered.
        restores_first_run: whether an empty warehouse is filled from there without asking.
    """

    bucket: str = "vitals"
    keeps_lake: bool = True
    restores_first_run: bool = False


def read(given: Mapping[str, str]) -> StorageSettings:
    """The settings of the storage.

    Raises:
        SettingError: a value cannot be used.
    """
    bucket = given.get("VITALS_S3_BUCKET", StorageSettings.bucket)
    if not _BUCKET_NAME.fullmatch(bucket):
        raise SettingError(f"VITALS_S3_BUCKET must be the name of an S3 bucket, not {bucket!r}")
    return StorageSettings(
        bucket=bucket,
        keeps_lake=flag(given, "VITALS_LAKE", True),
        restores_first_run=flag(given, "VITALS_RESTORE_ON_FIRST_RUN", False),
    )
