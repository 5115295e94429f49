"""Airflow DAG strava_raw_extract: Strava API -> raw."""

from airflow.sdk import dag

from vitals.orchestration.account_docs import extract_doc
from vitals.orchestration.accounts import (
    api_addresses,
    connected_accounts,
    extract_each,
    extract_params,
    publish_days,
    report_accounts,
)
from vitals.orchestration.assets import RAW_STRAVA
from vitals.orchestration.backfill import accounts_with_gaps, fill_each, publish_backfill
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.sensors import InternetConnectionSensor
from vitals.sources.strava import SPEC


@dag(
    doc_md=extract_doc(
        SPEC,
        "**Runs stop at a limit**: Strava allows the whole app 100 readings in 15 minutes and "
        "1,000 a day, and each activity takes two. Many accounts or a long history need several "
        "nights, or a larger limit, which Strava grants on request.",
        "**Data is missing in `agg`**: Strava's terms forbid to combine it and to keep it for more "
        "than a week; see `STRAVA__MAY_COMBINE` and `STRAVA__RETENTION_DAYS`.",
    ),
    schedule=by_clock("0 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[SPEC.name, "raw"],
    params=extract_params(SPEC),
)
def strava_raw_extract() -> None:
    """Wait for the network, read what is new of each account, then fill the gaps of the past."""
    online = InternetConnectionSensor(task_id="wait_for_internet", hosts=api_addresses(SPEC))
    accounts = connected_accounts(SPEC.name)
    read = extract_each(SPEC.name, accounts)
    gaps = accounts_with_gaps(SPEC.name, accounts)
    filled = fill_each(SPEC.name, gaps)
    online >> accounts
    read >> [publish_days(RAW_STRAVA), gaps]
    filled >> [publish_backfill(RAW_STRAVA), report_accounts(SPEC.name, accounts, gaps)]


strava_raw_extract()
