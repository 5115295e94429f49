"""Airflow DAG operational_extract: operational database -> raw -> star schema."""

from airflow.sdk import dag

from vitals.orchestration.assets import STAGE
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.operational import (
    OPERATIONAL_PARAMS,
    extract_operational,
    wait_for_operational_database,
)
from vitals.orchestration.transform import TRANSFORM_PARAMS, dbt_layer, new_loads, publish


@dag(
    schedule=by_clock("0 2 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["star", "raw", "stage"],
    params={**OPERATIONAL_PARAMS, **TRANSFORM_PARAMS},
)
def operational_extract() -> None:
    """Take the history of users and activities from the operational database.

    ### When

    Nightly at 02:00, or by hand. It first waits, without using a worker slot, until the database
    answers: a look every 2 minutes for an hour. Without an operational database it is skipped.

    ### What it does

    Compares the tables `users` and `activities` with what is stored, and adds a version to
    `raw.oltp__users` and `raw.oltp__activities` for each row that was inserted, changed or deleted.
    `stage.dim_participant` and `stage.dim_activity` follow from them; heart-rate events that are
    already in `stage.fct_heart_rates` get the keys of the versions that were in force. Announces
    `stage`. If nothing changed, the tasks after `extract` are skipped.

    ### Safe to run again?

    Yes, at any time, also twice at once: what is stored already is not added again.

    ### Triage

    - `wait_for_operational_database` failed: the log says what the database answered; check the
      connection `vitals_operational`.
    - "... are gone from the operational database": more than half of a table has disappeared since
      the last run. If that is right, run it with **Accept deletions**.
    - A change is missing: its `updated_at` was not brought up to date, or its transaction was open
      for longer than `OLTP__LAG_MINUTES`. Run it with **Mode** `full`.
    - Why rows were refused: `select record_id, field, reason from raw.rejected_records where
      source = 'oltp'`.
    """
    wait = wait_for_operational_database()
    wait >> extract_operational() >> new_loads("star") >> dbt_layer("star") >> publish(STAGE)


operational_extract()
