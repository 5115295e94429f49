"""Airflow DAG iot_raw_extract: MongoDB -> raw."""

from airflow.sdk import CronDataIntervalTimetable, dag

from vitals.orchestration.assets import RAW_IOT
from vitals.orchestration.defaults import DEFAULT_ARGS, schedule_time_zone
from vitals.orchestration.extract import BACKFILL_PARAMS, EXTRACT_PARAMS, extract_iot


@dag(
    # An interval, and not a point in time, so that a backfill run knows which day it stands for.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone=schedule_time_zone()),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["iot", "raw"],
    params={**EXTRACT_PARAMS, **BACKFILL_PARAMS},
)
def iot_raw_extract() -> None:
    """Load smartwatch documents from MongoDB into `raw`.

    ### When

    Every midnight, to pick up whatever `iot_master_dag` was not there for. By hand to read a time
    range or everything again. By backfill (**Trigger**, then **Backfill**) to read the documents of
    past days, months or years; choose which with the parameter **Backfill by**.

    ### What it does

    Reads new and changed documents, checks every sample, writes the good ones to `raw.iot__*` and
    the others with the reason to `raw.rejected_records`. Announces `raw__iot` if anything changed,
    and `iot_stage_transform` follows; otherwise the task is skipped.

    ### Safe to run again?

    Yes, at any time, also beside other runs: the same documents loaded twice change nothing.

    ### Triage

    - "cannot open the warehouse" or "cannot read MongoDB": the task tries again by itself three
      times; check the connections `vitals_warehouse` and `vitals_mongo`.
    - What each run read, loaded and rejected: `select * from raw.loads order by load_id desc`.
    - Why records were refused: `select reason, count(*) from raw.rejected_records group by 1`.
    """
    extract_iot.override(outlets=[RAW_IOT])()


iot_raw_extract()
