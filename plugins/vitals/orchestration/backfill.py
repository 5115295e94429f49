"""What the accounts of a provider never told -> raw: the second half of <provider>_raw_extract.

It begins when the new days of all accounts were read, and leaves a share of each limit alone, so
that a long history of one participant costs no other a new day.
"""

import logging
from collections.abc import Sequence
from typing import Any

from airflow.sdk import Asset, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from vitals import backfill_settings, settings
from vitals.orchestration import forms
from vitals.orchestration.accounts import LONGEST_READ, publish_days
from vitals.orchestration.connections import lake, warehouse_dsn
from vitals.orchestration.outcomes import end_of_account
from vitals.orchestration.runs import load_run_id
from vitals.sources._api.errors import ApiError

log = logging.getLogger(__name__)


def publish_backfill(asset: Asset) -> Any:
    """Announce what a backfill changed: apart, so that new days do not wait for old ones."""
    return publish_days(asset, "publish_backfill", modes=["backfill"])


def fill_each(provider: str, participants: Any) -> Any:
    """`fill_account` for each participant, some at a time."""
    some = fill_account.override(max_active_tis_per_dag=settings.load().accounts_at_once)
    return some.partial(provider=provider).expand(participant=participants)


@task(task_id="gaps", trigger_rule=TriggerRule.ALL_DONE)
def accounts_with_gaps(provider: str, participants: Sequence[str] | None) -> list[str]:
    """Participants who have days to fill, of those whose accounts can be read."""
    from vitals.accounts.store import list_accounts
    from vitals.load import backfill  # takes seconds

    params = get_current_context()["params"]
    if not participants:
        raise AirflowSkipException("no account was read")
    if any(forms.requested_days(params)):
        raise AirflowSkipException("days that were asked for are not followed by a backfill")
    if not _settings().is_on:
        raise AirflowSkipException("VITALS_BACKFILL_RESERVE keeps all requests for new days")
    dsn = warehouse_dsn()
    usable = {
        account.account_id: account.participant_id
        for account in list_accounts(dsn, provider)
        if account.is_usable and account.participant_id in participants
    }
    found = backfill.accounts_with_gaps(dsn, provider, [*usable], params.get("resources"))
    if not found:
        raise AirflowSkipException("nothing is missing that was not read yet")
    return [usable[account_id] for account_id in found]


@task(
    task_id="backfill",
    map_index_template="{{ task.op_kwargs['participant'] }}",
    execution_timeout=LONGEST_READ,
)
def fill_account(provider: str, participant: str) -> dict[str, int]:
    """Load older days of one account that were never read, newest first; returns the counts.

    What the provider does not give is in the log and tried again by the next night, and not at
    once: nothing new is missing.
    """
    from vitals.accounts import store
    from vitals.accounts.session import session
    from vitals.load.backfill import fill_gaps
    from vitals.sources import api_providers

    context = get_current_context()
    dsn, account_id = warehouse_dsn(), store.make_account_id(provider, participant)
    values = settings.load()
    spec, reserve = api_providers()[provider], _settings().reserve
    try:
        with session(dsn, spec, account_id, values, reserve=reserve) as calls:
            return fill_gaps(
                warehouse_dsn=dsn,
                provider=provider,
                account_id=account_id,
                session=calls,
                resources=context["params"].get("resources"),
                run_id=load_run_id(context),
                progress=log.info,
                lake=lake() if values.storage.keeps_lake else None,
            ).counts
    except ApiError as error:
        store.note_failure(dsn, account_id, error)
        raise end_of_account(error) from None


def _settings() -> backfill_settings.BackfillSettings:
    return backfill_settings.read(settings.load().environment)
