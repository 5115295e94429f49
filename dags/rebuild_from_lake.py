"""Airflow DAG rebuild_from_lake: answers of providers as they were delivered -> raw."""

from airflow.sdk import dag

from vitals.orchestration.assets import RAW_FITBIT, RAW_GARMIN, RAW_GOOGLE_HEALTH, RAW_STRAVA
from vitals.orchestration.defaults import DEFAULT_ARGS
from vitals.orchestration.lake import REBUILD_PARAMS, rebuild_source


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["accounts", "raw", "lake"],
    params=REBUILD_PARAMS,
)
def rebuild_from_lake() -> None:
    """Make loads of the providers again from what was delivered for them.

    ### When

    By hand: after the warehouse was lost, or after a correction of how answers are read.

    ### What it does

    Each load is made again under its own number, in the order in which its account was read, by the
    code that makes loads: no provider is called. Loads that the warehouse has are left alone unless
    `again` is set; then their rows are deleted and made again. `iot_stage_transform` follows.

    ### Safe to run again?

    Yes. A run that was killed is completed by the next one.

    ### Triage

    - A resource is *left as it is*: the lake does not hold a load that was made later, so rows
      would go back in time. Read the days from the provider instead.
    - A load *cannot be read*: today's client asks for something that it was not answered then.
    - Nothing happens: the warehouse has all loads of the lake; `again` makes them anew.
    """
    for source, asset in (
        ("google_health", RAW_GOOGLE_HEALTH),
        ("fitbit", RAW_FITBIT),
        ("strava", RAW_STRAVA),
        ("garmin", RAW_GARMIN),
    ):
        rebuild_source(source, asset)


rebuild_from_lake()
