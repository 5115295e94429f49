"""Airflow DAG fitbit_raw_extract: Fitbit Web API -> raw."""

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
from vitals.orchestration.assets import RAW_FITBIT
from vitals.orchestration.backfill import accounts_with_gaps, fill_each, publish_backfill
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.sensors import InternetConnectionSensor
from vitals.sources.fitbit import SPEC


@dag(
    doc_md=extract_doc(
        SPEC,
        '**Every account failed, "switched off"**: Fitbit\'s Web API ended in November 2026 and '
        "answers 410. Connect the participants to Google Health, its successor, and pause this "
        "DAG; what was read before stays.",
        "**An account stops at a limit night after night**: Fitbit allows 150 requests an hour, "
        "and each kind of samples takes one for each day. A long history needs several nights.",
    ),
    schedule=by_clock("0 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[SPEC.name, "raw"],
    params=extract_params(SPEC),
)
def fitbit_raw_extract() -> None:
    """Wait for the network, read what is new of each account, then fill the gaps of the past."""
    online = InternetConnectionSensor(task_id="wait_for_internet", hosts=api_addresses(SPEC))
    accounts = connected_accounts(SPEC.name)
    read = extract_each(SPEC.name, accounts)
    gaps = accounts_with_gaps(SPEC.name, accounts)
    filled = fill_each(SPEC.name, gaps)
    online >> accounts
    read >> [publish_days(RAW_FITBIT), gaps]
    filled >> [publish_backfill(RAW_FITBIT), report_accounts(SPEC.name, accounts, gaps)]


fitbit_raw_extract()
