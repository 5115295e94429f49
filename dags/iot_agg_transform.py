"""Airflow DAGs iot_agg_transform_daily, _weekly and _monthly: stage -> agg."""

from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, dag

from vitals.orchestration.assets import AGG_DAILY, AGG_MONTHLY, AGG_WEEKLY, STAGE
from vitals.orchestration.defaults import DEFAULT_ARGS, schedule_time_zone
from vitals.orchestration.transform import TRANSFORM_PARAMS, dbt_layer, new_loads, publish

DOC = """Rebuild the rows of `agg.{layer}_health` that new data has touched.

### When

Whenever {upstream} (asset `{follows}`), and {clock} in case an event was missed.

### What it does

One `dbt build` of the layer, one task per model. Only the {rows} in which something changed are
made again. Announces `agg__{layer}`.

### Safe to run again?

Yes. With nothing waiting it ends at once. **Full refresh** makes the whole table again.

### Triage

- A model failed: the log of its own task says why, with the SQL. It is tried again by itself;
  after a fix, clear the failed tasks.
- A row looks wrong or is missing: see whether its load has arrived, with
  `select * from raw.loads order by load_id desc`, and which tables have taken it in, with
  `select * from stage.load_progress`.
"""


def aggregate(layer: str, follows: Asset, announces: Asset, cron: str, doc: dict[str, str]) -> None:
    """One DAG: a layer of `agg` that follows an asset, and the clock."""

    @dag(
        dag_id=f"iot_agg_transform_{layer}",
        doc_md=DOC.format(layer=layer, follows=follows.name, **doc),
        schedule=AssetOrTimeSchedule(
            assets=[follows], timetable=CronTriggerTimetable(cron, timezone=schedule_time_zone())
        ),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        tags=["iot", "agg", layer],
        params=TRANSFORM_PARAMS,
    )
    def iot_agg_transform() -> None:
        new_loads(layer) >> dbt_layer(layer) >> publish(announces)

    iot_agg_transform()


aggregate(
    "daily",
    STAGE,
    AGG_DAILY,
    "30 0 * * *",
    {"upstream": "`stage` has something new", "clock": "daily at 00:30", "rows": "days"},
)
aggregate(
    "weekly",
    AGG_DAILY,
    AGG_WEEKLY,
    "0 1 * * 1",
    {"upstream": "days were rebuilt", "clock": "Mondays at 01:00", "rows": "weeks"},
)
aggregate(
    "monthly",
    AGG_DAILY,
    AGG_MONTHLY,
    "0 1 1 * *",
    {"upstream": "days were rebuilt", "clock": "on the 1st at 01:00", "rows": "months"},
)
