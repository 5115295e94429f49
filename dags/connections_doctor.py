"""Airflow DAG connections_doctor: does every account's token work, and what must a person do?"""

from airflow.sdk import dag

from vitals.orchestration.accounts_doctor import all_accounts, check_each, report_findings
from vitals.orchestration.defaults import DEFAULT_ARGS, by_clock


@dag(
    # After the nightly extraction, in time for the working day.
    schedule=by_clock("0 7 * * *"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["accounts"],
)
def connections_doctor() -> None:
    """Check the token of every account at every provider.

    ### When

    Every morning at 07:00, and by hand: after a message from a provider, or after accounts were
    connected again.

    ### What it does

    `check` is one task for each account: it asks the provider one cheap question with the account's
    token, renewing that if it has run out, and reads no health data. An account whose consent has
    ended is not called. `report` has a table of all accounts in its log, with what a person must
    do; the run is red as long as there is something.

    ### Safe to run again?

    Yes, at any time. A check takes one or two requests.

    ### Triage

    - **An account failed**: its log, and the table in that of `report`, name the command that
      connects it again: `vitals connect <provider> --participant <id>`. The others are not
      concerned.
    - **All accounts of one provider failed**: the provider cannot be reached or refuses the client;
      check `<PROVIDER>__CLIENT_ID` and `<PROVIDER>__CLIENT_SECRET`.
    - **A consent ends within a week**: the check passes, with a warning and the same command.
    - The same without Airflow: `vitals accounts --check`.
    """
    accounts = all_accounts()
    check_each(accounts) >> report_findings(accounts)


connections_doctor()
