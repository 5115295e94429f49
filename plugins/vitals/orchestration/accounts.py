"""A provider's accounts -> raw: the tasks of the DAGs <provider>_raw_extract.

Each account is a mapped task of its own: one with a dead token is skipped, one that fails is tried
again by itself, and neither keeps the others from being read. Tasks pass on participants and
counts only; tokens never leave the process that uses them.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals import settings
from vitals.orchestration import forms
from vitals.orchestration.connections import lake, warehouse_dsn
from vitals.orchestration.mapped import states_by_name
from vitals.orchestration.outcomes import end_of_account, end_of_read, is_whole
from vitals.orchestration.runs import load_run_id
from vitals.orchestration.tables import format_table
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec
from vitals.warehouse import INCLUDE_SQL, connect, only_value

log = logging.getLogger(__name__)

# Enough for a long history; what was read by then stays, and the next try goes on from there.
LONGEST_READ = timedelta(hours=2)


def api_addresses(spec: ApiSpec) -> list[str]:
    """What has to answer before a provider is called: its hosts, or its stand-in's address."""
    stand_in = settings.load().apis[spec.name].base_url
    return [stand_in] if stand_in else list(spec.hosts)


def extract_params(spec: ApiSpec) -> dict[str, Param]:
    """The form of a manual run."""
    resources = [resource.name for resource in spec.resources]
    return {
        "start": forms.day(
            "From",
            "First local day of the participants to read again. Leave both days empty to read "
            "what is new.",
        ),
        "end": forms.day("Until", "Last local day to read, included. Today, if left empty."),
        "participants": forms.participants(
            "Whose accounts to read, one participant a line. All, if left empty."
        ),
        "resources": forms.several_of(resources, "Resources", "Which kinds of data to read."),
    }


@task(task_id="accounts")
def connected_accounts(provider: str) -> list[str]:
    """Participants whose accounts this run reads: all that are connected, or those of its form.

    Accounts with a dead token are among them, so that the grid shows why they are skipped.
    """
    from vitals.accounts.store import list_accounts

    _forget_expired_objects(warehouse_dsn(), provider)
    connected = [account.participant_id for account in list_accounts(warehouse_dsn(), provider)]
    wanted = get_current_context()["params"].get("participants") or connected
    unknown = sorted(set(wanted) - set(connected))
    if unknown:
        raise AirflowFailException(
            f"not connected to {provider}: {', '.join(unknown)}: "
            f"vitals connect {provider} --participant {unknown[0]}"
        )
    if not wanted:
        raise AirflowSkipException(
            f"no account connected: vitals connect {provider} --participant <id>"
        )
    return [participant for participant in connected if participant in wanted]


@task(
    task_id="extract",
    map_index_template="{{ task.op_kwargs['participant'] }}",
    execution_timeout=LONGEST_READ,
)
def extract_account(provider: str, participant: str) -> dict[str, int]:
    """Load what is new of one account, or the days of the form; returns the counts."""
    from vitals.accounts import store

    context = get_current_context()
    start, end = forms.requested_days(context["params"])
    dsn, account_id = warehouse_dsn(), store.make_account_id(provider, participant)
    account = store.find_account(dsn, account_id)
    _forget_expired(dsn, account_id, account, load_run_id(context))
    if account is None or not account.is_usable:
        raise AirflowSkipException(_why_unusable(account_id, account))

    from vitals.accounts.session import session
    from vitals.load.accounts import extract_and_load  # takes seconds
    from vitals.sources import api_providers

    try:
        with session(dsn, api_providers()[provider], account_id, settings.load()) as calls:
            summary = extract_and_load(
                warehouse_dsn=dsn,
                provider=provider,
                account_id=account_id,
                session=calls,
                granted_scopes=account.scopes or None,
                resources=context["params"].get("resources"),
                start=start,
                end=end,
                run_id=load_run_id(context),
                progress=log.info,
                lake=lake() if settings.load().storage.keeps_lake else None,
            )
    except ApiError as error:
        store.note_failure(dsn, account_id, error)
        raise end_of_account(error) from None
    if is_whole(summary.problems):
        store.note_success(dsn, account_id)
    elif ended := end_of_read(summary.problems):
        store.note_failure(dsn, account_id, ended.first)
        raise ended.exception
    return summary.counts


def extract_each(provider: str, participants: Any) -> Any:
    """`extract_account` for each participant, some at a time."""
    some = extract_account.override(max_active_tis_per_dag=settings.load().accounts_at_once)
    return some.partial(provider=provider).expand(participant=participants)


def publish_days(
    asset: Asset, task_id: str = "publish", modes: Sequence[str] = ("incremental", "window")
) -> Any:
    """Say once, when all accounts are done, that the provider's data has something new.

    Args:
        asset: the data.
        task_id: name of the task.
        modes: of the loads that count, as in raw.loads.
    """

    @task(task_id=task_id, outlets=[asset], trigger_rule=TriggerRule.ALL_DONE)
    def announce() -> None:
        context = get_current_context()
        query = (INCLUDE_SQL / "ops" / "days_touched.sql").read_text(encoding="utf-8")
        values = {"run_id": load_run_id(context), "modes": list(modes)}
        with connect(warehouse_dsn(), role="loader") as connection:
            days = only_value(connection.execute(query, values))
        if not days:
            raise AirflowSkipException("nothing new: no event for the layers downstream")
        context["outlet_events"][asset].extra.update({"days_touched": days})

    return announce()


@task(task_id="report", trigger_rule=TriggerRule.ALL_DONE)
def report_accounts(
    provider: str, participants: Sequence[str] | None, backfilled: Sequence[str] | None
) -> None:
    """Log what became of each account; fails if one failed, so that the run shows it."""
    context = get_current_context()
    states = states_by_name(context, "extract", participants)
    for line in outcome_lines(warehouse_dsn(), provider, load_run_id(context), states):
        log.info(line)
    old = states_by_name(context, "backfill", backfilled) if backfilled else {}
    failed = [name for name in states if "failed" in (states[name], old.get(name))]
    if failed:
        raise AirflowFailException(
            f"{len(failed)} of {len(states)} accounts could not be read whole: "
            f"{', '.join(failed)}. Their own logs say why; the next run reads what is missing"
        )


def outcome_lines(
    dsn: str, provider: str, run_id: str, states: Mapping[str, str | None]
) -> list[str]:
    """A table of what a run read of each participant's account, and why not more.

    Args:
        dsn: the warehouse.
        provider: whose accounts.
        run_id: as in raw.loads.
        states: state of the task of each participant.
    """
    query = (INCLUDE_SQL / "ops" / "account_loads.sql").read_text(encoding="utf-8")
    with connect(dsn, role="loader") as connection:
        rows = connection.execute(query, {"provider": provider, "run_id": run_id}).fetchall()
    loads = {participant: rest for participant, *rest in rows}
    head = ["participant", "task", "account", "rows loaded", "days touched", "not read, because"]
    nothing = [None] * (len(head) - 2)
    return format_table(
        head, [[name, state, *loads.get(name, nothing)] for name, state in states.items()]
    )


def _forget_expired(dsn: str, account_id: str, account: Any, run_id: str) -> None:
    """Delete what the provider's terms do not allow to keep, also of who is not connected now."""
    provider = account_id.partition(":")[0]
    if settings.load().apis[provider].retention_days is None:
        return
    from vitals.load.retention import forget_expired

    is_read = account is not None and account.is_usable
    forget_expired(dsn, provider, account_id, is_read, run_id, log.info)


def _forget_expired_objects(dsn: str, provider: str) -> None:
    """The same for the lake: once for all accounts, as its names do not tell whose they are."""
    values = settings.load()
    days = values.apis[provider].retention_days
    if days is None:
        return
    from vitals.load.lake_retention import forget_expired_objects

    today = datetime.now(UTC).date()
    gone = forget_expired_objects(dsn, lake, values.storage.keeps_lake, provider, days, today)
    log.info("%d objects of the lake may not be kept any more: deleted", gone)


def _why_unusable(account_id: str, account: Any) -> str:
    from vitals.accounts.doctor import describe

    if account is None:
        return f"{account_id} is not connected any more"
    finding = describe(account, None)
    return ": ".join(filter(None, (account_id, finding.problem, finding.remedy)))
