"""Airflow DAG archive_to_glacier: old chunks of raw -> Parquet in S3."""

from airflow.sdk import dag

from vitals.orchestration.archive import (
    ARCHIVE_PARAMS,
    archive_chunks,
    expire_parts,
    keep_bucket_rules,
)
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock


@dag(
    # The first of the month, after the nightly extraction and what follows it.
    schedule=by_clock("0 9 1 * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["archive", "raw"],
    params=ARCHIVE_PARAMS,
)
def archive_to_glacier() -> None:
    """Move what is old from `raw` to cold storage. `stage` and `agg` stay as they are.

    ### When

    On the first of each month, and by hand; the form asks for the age, the tables, and whether to
    look only.

    ### What it does

    `bucket_rules` logs how the rules of the bucket (moves to Glacier and Deep Archive, versions, no
    public access) differ from the settings, and changes them. `archive` takes each chunk that is
    old enough: writes it as Parquet, uploads it, reads it back or compares S3's checksum, writes a
    manifest, and drops the chunk if nobody has written to it since. What comes late for an archived
    time becomes a further part at the next run. `expire` deletes parts of a source whose
    `<SOURCE>__RETENTION_DAYS` was set after they had been archived.

    ### Safe to run again?

    Yes, at any time; a run that was killed leaves its chunk in `raw`, and the next one takes it up.

    ### Triage

    - **A chunk is not archived**: the warning at the end of the log says why. `stage has not taken
      in loads`: run `iot_stage_transform` first. `in use`, `written to`: the next run takes it.
    - **IntegrityError**: the bucket holds something else than was sent. Nothing was dropped; look
      at the bucket, and run it again.
    - **another run of the archive**: two runs, or a deletion, at once; try again later.
    - What lies where: `select * from archive.parts`. How to get it back: `restore_from_glacier`.
    """
    keep_bucket_rules() >> archive_chunks() >> expire_parts()


archive_to_glacier()
