"""Airflow DAG garmin_raw_extract: Garmin Connect Personal API -> raw."""

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
from vitals.orchestration.assets import RAW_GARMIN
from vitals.orchestration.backfill import accounts_with_gaps, fill_each, publish_backfill
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.sensors import InternetConnectionSensor
from vitals.sources.garmin import SPEC


@dag(
    doc_md=extract_doc(
        SPEC,
        "**An account's key is refused**: its owner has withdrawn it, or it has ended. A new one "
        "is made in Garmin Connect, and the same command asks for it.",
    ),
    schedule=by_clock("0 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[SPEC.name, "raw"],
    params=extract_params(SPEC),
)
def garmin_raw_extract() -> None:
    """Wait for the network, read what is new of each account, then fill the gaps of the past."""
    online = InternetConnectionSensor(task_id="wait_for_internet", hosts=api_addresses(SPEC))
    accounts = connected_accounts(SPEC.name)
    read = extract_each(SPEC.name, accounts)
    gaps = accounts_with_gaps(SPEC.name, accounts)
    filled = fill_each(SPEC.name, gaps)
    online >> accounts
    read >> [publish_days(RAW_GARMIN), gaps]
    filled >> [publish_backfill(RAW_GARMIN), report_accounts(SPEC.name, accounts, gaps)]


garmin_raw_extract()
