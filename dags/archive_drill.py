"""Airflow DAG archive_drill: a random archived part is restored and compared."""

from airflow.sdk import dag

from vitals.orchestration.archive import DRILL_PARAMS, pick_part, request_copies
from vitals.orchestration.archive_waiting import RestoredObjectsSensor, RestoredPartOperator
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock


@dag(
    # In the middle of the month, away from the archive's own run.
    schedule=by_clock("0 9 15 * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["archive", "raw"],
    params=DRILL_PARAMS,
)
def archive_drill() -> None:
    """Prove that cold storage can be restored, with a part that nobody has chosen.

    ### When

    In the middle of each month, and by hand.

    ### What it does

    Picks one part at random, waits for Glacier as `restore_from_glacier` does, loads it into a
    schema of its own, compares the number of rows and a hash of every value with what PostgreSQL
    said when the chunk was archived, and drops the schema. `raw`, `stage` and `agg` are not
    touched. Skipped while nothing is archived.

    ### Safe to run again?

    Yes, at any time. A restore from Glacier costs a little money.

    ### Triage

    - **IntegrityError**: the part cannot be trusted. Run the drill again for others, and restore an
      earlier version of the object if the bucket keeps versions.
    - **`wait` failed**: S3 has not restored within 72 hours.
    - **another drill is at work**: wait until it has ended.
    """
    parts = pick_part()
    keys = request_copies(parts)
    prove = RestoredPartOperator.partial(task_id="prove", work="prove").expand(part=parts)
    RestoredObjectsSensor(task_id="wait", keys=keys) >> prove


archive_drill()
