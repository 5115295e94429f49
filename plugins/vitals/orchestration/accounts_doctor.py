"""Every account -> does its token work, and what must a person do: tasks of connections_doctor."""

import logging
from collections.abc import Sequence
from typing import Any

from airflow.sdk import TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from vitals import settings
from vitals.orchestration.connections import warehouse_dsn
from vitals.orchestration.mapped import states_by_name
from vitals.orchestration.tables import format_table

log = logging.getLogger(__name__)


@task(task_id="accounts")
def all_accounts() -> list[str]:
    """Ids of all accounts that were ever connected."""
    from vitals.accounts.store import list_accounts

    found = [account.account_id for account in list_accounts(warehouse_dsn())]
    if not found:
        raise AirflowSkipException(
            "no account connected: vitals connect <provider> --participant <id>"
        )
    return found


@task(task_id="check", map_index_template="{{ task.op_kwargs['account_id'] }}")
def check_account(account_id: str) -> None:
    """Ask the provider's cheapest question with the account's token; fails if a person must act."""
    from vitals.accounts.doctor import check
    from vitals.accounts.store import find_account

    account = find_account(warehouse_dsn(), account_id)
    if account is None:
        raise AirflowSkipException(f"{account_id} is not connected any more")
    finding = check(warehouse_dsn(), settings.load(), account)
    message = ": ".join(filter(None, (finding.problem or "well", finding.remedy)))
    if finding.is_well:
        log.log(logging.WARNING if finding.remedy else logging.INFO, message)
    elif finding.may_pass:
        raise AirflowException(message)  # the provider did not answer: worth another try
    else:
        raise AirflowFailException(message)


def check_each(account_ids: Any) -> Any:
    """`check_account` for each account, some at a time."""
    some = check_account.override(max_active_tis_per_dag=settings.load().accounts_at_once)
    return some.expand(account_id=account_ids)


@task(task_id="report", trigger_rule=TriggerRule.ALL_DONE)
def report_findings(account_ids: Sequence[str] | None) -> None:
    """Log a table of all accounts; fails if one needs a person, so that the run shows it."""
    from vitals.accounts.doctor import describe
    from vitals.accounts.store import list_accounts
    from vitals.sources import api_providers

    states = states_by_name(get_current_context(), "check", account_ids)
    specs = api_providers()
    findings = [
        describe(account, specs.get(account.provider))
        for account in list_accounts(warehouse_dsn())
        if account.account_id in states
    ]
    rows = [
        (
            finding.account.account_id,
            states[finding.account.account_id],
            finding.account.state,
            finding.problem,
            finding.remedy,
        )
        for finding in findings
    ]
    for line in format_table(["account", "check", "state", "what is the matter", "to do"], rows):
        log.info(line)
    failed = [name for name, state in states.items() if state == "failed"]
    if failed:
        raise AirflowFailException(
            f"{len(failed)} of {len(states)} accounts cannot be read: {', '.join(failed)}"
        )
