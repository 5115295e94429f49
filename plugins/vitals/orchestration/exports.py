"""Account exports in Airflow: wait for files in the inbox, and one task for each participant."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals import connection_uris, settings
from vitals.orchestration.assets import RAW_ACCOUNT_EXPORTS
from vitals.orchestration.connections import S3, warehouse_dsn, warehouse_to_watch
from vitals.orchestration.mapped import results_of, states_by_name
from vitals.orchestration.runs import load_run_id
from vitals.orchestration.sensors import NewWorkSensor
from vitals.orchestration.triggers import NewWorkTrigger

if TYPE_CHECKING:
    from vitals.load.export_inbox import Inbox

log = logging.getLogger(__name__)

IMPORT_PARAMS = {
    "inbox": Param(
        None,
        type=["null", "string"],
        title="Inbox",
        description="Folder or s3:// prefix with one folder for each participant; empty for the "
        "one that VITALS_EXPORT_INBOX names.",
    ),
}


def inbox_at(place: str | None = None) -> "Inbox":
    """An inbox, the one that the settings name unless told, with the key to S3 if it lies there."""
    from vitals.load.export_inbox import Inbox

    place = place or settings.load().export_inbox
    if not place.startswith("s3://"):
        return Inbox(place)
    return Inbox(place, connection_uris.s3_target(BaseHook.get_connection(S3).get_uri()))


async def inbox_to_watch() -> "Inbox":
    """The inbox that the settings name, for code that runs in the triggerer."""
    from vitals.load.export_inbox import Inbox

    place = settings.load().export_inbox
    if not place.startswith("s3://"):
        return Inbox(place)
    connection = await BaseHook.aget_connection(S3)
    return Inbox(place, connection_uris.s3_target(connection.get_uri()))


class NewExportsTrigger(NewWorkTrigger):
    """Looks into the inbox that the settings name."""

    async def look(self) -> Callable[[], Any]:
        """See `export_inbox.waiting`."""
        from vitals.load import export_inbox

        return partial(export_inbox.waiting, await warehouse_to_watch(), await inbox_to_watch())


class NewExportsSensor(NewWorkSensor):
    """Wait until the inbox holds something that was not imported."""

    trigger_class = NewExportsTrigger

    def is_there(self) -> bool:
        """See `export_inbox.waiting`."""
        from vitals.load import export_inbox

        return bool(export_inbox.waiting(warehouse_dsn(), inbox_at()))


@task(task_id="participants")
def participants_waiting() -> list[dict[str, str]]:
    """Who has files that were not imported yet."""
    from vitals.load import export_inbox

    found = export_inbox.waiting(warehouse_dsn(), _inbox())
    if not found:
        raise AirflowSkipException("the inbox holds nothing new")
    return [{"participant_id": one.participant_id, "content": one.content} for one in found]


@task(
    task_id="import",
    max_active_tis_per_dag=2,
    map_index_template="{{ task.op_kwargs['one']['participant_id'] }}",
)
def import_participant(one: dict[str, str]) -> dict[str, Any]:
    """Import everything of one participant; returns what became of its files and rows."""
    from vitals.accounts.tombstones import ParticipantDeletedError
    from vitals.load import export_inbox

    context = get_current_context()
    try:
        summary = export_inbox.import_waiting(
            warehouse_dsn(),
            _inbox(),
            export_inbox.Waiting(**one),
            run_id=load_run_id(context),
            progress=log.info,
        )
    except (export_inbox.PersonFileError, ParticipantDeletedError, ValueError) as error:
        # What was put there is wrong: trying again would not help.
        raise AirflowFailException(str(error)) from None
    for path, problem in summary.problems.items():
        log.warning("not read: %s: %s", path, problem)
    counts = {"files": summary.files, "rows": asdict(summary.rows)}
    return counts | {"days_touched": summary.loads.counts["days_touched"]}


@task(task_id="publish", trigger_rule="all_done")
def publish_imports() -> dict[str, int]:
    """Announce the imports if one of them changed anything."""
    context = get_current_context()
    days = sum(one["days_touched"] for one in results_of(context, "import"))
    if not days:
        raise AirflowSkipException("nothing new: no event for the layers downstream")
    context["outlet_events"][RAW_ACCOUNT_EXPORTS].extra.update(days_touched=days)
    return {"days_touched": days}


@task(task_id="report", trigger_rule="all_done")
def report_imports(waiting: Sequence[Mapping[str, str]] | None) -> None:
    """Fail if an import failed: what follows it ends well, and with it the run would."""
    names = [one["participant_id"] for one in waiting or ()]
    states = states_by_name(get_current_context(), "import", names)
    failed = [name for name, state in states.items() if state == "failed"]
    if failed:
        raise AirflowFailException(
            f"{len(failed)} of {len(states)} participants could not be imported: "
            f"{', '.join(failed)}. Their own logs say why; the next run tries again"
        )


def _inbox() -> "Inbox":
    return inbox_at(get_current_context()["params"].get("inbox"))
