"""Airflow DAG iot_master_dag: MongoDB -> raw -> stage, every 15 minutes."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from vitals.orchestration.assets import STAGE
from vitals.orchestration.defaults import DEFAULT_ARGS
from vitals.orchestration.extract import EXTRACT_PARAMS, extract_iot
from vitals.orchestration.sensors import NewDocumentsSensor
from vitals.orchestration.transform import TRANSFORM_PARAMS, dbt_layer, new_loads, publish


@dag(
    # Unpaused, it starts with the next quarter of an hour and not with the one that has begun.
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC", run_immediately=timedelta(0)),
    catchup=False,
    # Two, so that a run started by hand need not wait behind a scheduled one that is waiting for
    # documents. Extraction and each layer still go one at a time.
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    tags=["iot", "raw", "stage"],
    params={**EXTRACT_PARAMS, **TRANSFORM_PARAMS},
)
def iot_master_dag() -> None:
    """Take new smartwatch documents all the way from MongoDB to `stage`; `agg` follows.

    ### When

    Every 15 minutes. A scheduled run first waits, without using a worker slot, until MongoDB has
    something new; if nothing comes within 14 minutes the rest is skipped and the next run takes
    over. A run started by hand does not wait.

    ### What it does

    Loads what is new (the first time: everything) into `raw`, rebuilds what it touched in `stage`,
    announces `stage`. `iot_agg_transform_daily`, then `_weekly` and `_monthly`, follow by
    themselves. If nothing changed, the tasks after `extract` are skipped.

    ### Safe to run again?

    Yes, at any time, also twice at once.

    ### Triage

    - `wait_for_documents` or `extract` failed: MongoDB or the warehouse could not be reached;
      check the connections `vitals_mongo` and `vitals_warehouse`. The next run catches up.
    - A model failed: the log of its own task says why, with the SQL. After a fix clear it, or wait:
      what was loaded stays waiting, and the next run takes it up.
    - Everything was skipped: there was nothing new. `select * from raw.loads order by load_id
      desc` shows what the last loads did.
    """
    wait = NewDocumentsSensor(task_id="wait_for_documents", wait=timedelta(minutes=14))
    wait >> extract_iot() >> new_loads("stage") >> dbt_layer("stage") >> publish(STAGE)


iot_master_dag()
