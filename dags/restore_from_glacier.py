"""Airflow DAG restore_from_glacier: Parquet in S3 -> raw, or a schema beside it."""

from airflow.sdk import dag

from vitals.orchestration.archive import (
    RESTORE_PARAMS,
    choose_parts,
    publish_restored,
    request_copies,
)
from vitals.orchestration.archive_waiting import RestoredObjectsSensor, RestoredPartOperator
from vitals.orchestration.defaults import DEFAULT_ARGS


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["archive", "raw"],
    params=RESTORE_PARAMS,
)
def restore_from_glacier() -> None:
    """Bring archived rows back.

    ### When

    By hand; the form asks for tables, time, participants, and whether `stage` and `agg` are to be
    made anew from what comes back.

    ### What it does

    `choose` finds the parts by their manifests. `request` has S3 make readable what lies in
    Glacier, `wait` waits for that (hours, with Bulk up to two days) without a worker slot. `load`
    is one task for each part: checks it against its manifest, loads it in one transaction, checks
    again. Rows that are there stay, unless the archive has the better value. `publish` makes
    `iot_stage_transform` follow, if a rebuild was asked for.

    ### Safe to run again?

    Yes, at any time. What was loaded is recognised by its keys. After a failure, clear the failed
    tasks: the parts that are done are not loaded again.

    ### Triage

    - **`wait` failed**: S3 has not restored within 72 hours; see the object in the S3 console.
    - **`load` waits again**: the copy ran out before it was loaded; it has been asked for anew.
      More days for the copies avoid that.
    - **IntegrityError**: the object is not what was uploaded; nothing was written. Where the bucket
      keeps versions, restore the version before.
    - **A day in `agg` still lacks what came late**: run it with *rebuild*; `stage.deferred_ranges`
      lists what waits.
    - What was restored: `select * from archive.restores`.
    """
    parts = choose_parts()
    keys = request_copies(parts)
    load = RestoredPartOperator.partial(
        task_id="load", work="load", max_active_tis_per_dag=2
    ).expand(part=parts)
    RestoredObjectsSensor(task_id="wait", keys=keys) >> load >> publish_restored()


restore_from_glacier()
