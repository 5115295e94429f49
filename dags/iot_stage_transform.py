"""Airflow DAG iot_stage_transform: raw -> stage."""

from airflow.sdk import AssetAny, dag

from vitals.orchestration.assets import RAW, STAGE
from vitals.orchestration.defaults import DEFAULT_ARGS
from vitals.orchestration.transform import TRANSFORM_PARAMS, dbt_layer, new_loads, publish


@dag(
    schedule=AssetAny(*RAW),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["iot", "stage"],
    params=TRANSFORM_PARAMS,
)
def iot_stage_transform() -> None:
    """Rebuild in `stage` what new loads have touched.

    ### When

    Whenever `iot_raw_extract` or the `_raw_extract` DAG of a provider has loaded something (any of
    the assets `raw__*`). `iot_master_dag` does the same work inside its own runs.

    ### What it does

    One `dbt build` of the layer, one task per model, for all sources together. Participants, their
    time zones and devices, heart rate and steps by the minute, merged sleeps. Only the participants
    and times that waiting loads touched are made again. Announces `stage`.

    ### Safe to run again?

    Yes. With no load waiting it ends at once. **Full refresh** makes the whole layer again.

    ### Triage

    - A model failed: the log of its own task says why, with the SQL. It is tried again by itself;
      after a fix, clear the failed tasks.
    - **dbt build stage** is the one task that runs dbt, the others follow it. On a second try it is
      skipped, and each model runs dbt for itself.
    - Loads stay waiting until they are taken up, whatever fails: nothing has to be noted down.
    """
    new_loads("stage") >> dbt_layer("stage") >> publish(STAGE)


iot_stage_transform()
