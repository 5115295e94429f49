"""Airflow DAG google_health_raw_extract: Google Health API -> raw."""

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
from vitals.orchestration.assets import RAW_GOOGLE_HEALTH
from vitals.orchestration.backfill import accounts_with_gaps, fill_each, publish_backfill
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock
from vitals.orchestration.sensors import InternetConnectionSensor
from vitals.sources.google_health import SPEC


@dag(
    doc_md=extract_doc(
        SPEC,
        "**Every account is skipped after a week**: the OAuth client is in status *Testing*, and "
        "Google ends its consents after 7 days. Publish it in the Google Cloud console, then "
        "connect the accounts again.",
    ),
    schedule=by_clock("0 6 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[SPEC.name, "raw"],
    params=extract_params(SPEC),
)
def google_health_raw_extract() -> None:
    """Wait for the network, read what is new of each account, then fill the gaps of the past."""
    online = InternetConnectionSensor(task_id="wait_for_internet", hosts=api_addresses(SPEC))
    accounts = connected_accounts(SPEC.name)
    read = extract_each(SPEC.name, accounts)
    gaps = accounts_with_gaps(SPEC.name, accounts)
    filled = fill_each(SPEC.name, gaps)
    online >> accounts
    read >> [publish_days(RAW_GOOGLE_HEALTH), gaps]
    filled >> [publish_backfill(RAW_GOOGLE_HEALTH), report_accounts(SPEC.name, accounts, gaps)]


google_health_raw_extract()
