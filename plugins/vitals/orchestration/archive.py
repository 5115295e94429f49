"""Cold storage in Airflow: what the DAGs of the archive are made of."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from vitals.orchestration import forms
from vitals.orchestration.assets import RAW_RESTORED
from vitals.orchestration.connections import s3_client, warehouse_dsn
from vitals.orchestration.mapped import results_of
from vitals.orchestration.runs import load_run_id

if TYPE_CHECKING:
    from vitals.archive.bucket import Bucket

log = logging.getLogger(__name__)

_TABLES = Param(
    None,
    type=["null", "array"],
    items={"type": "string"},
    title="Tables",
    description="Hypertables of raw, one a line, such as iot__heart_rates; empty for all (of "
    "ARCHIVE__TABLES, where that is set).",
)
ARCHIVE_PARAMS = {
    "older_than_days": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Older than (days)",
        description="Archive chunks whose samples are all older; empty for "
        "ARCHIVE__OLDER_THAN_DAYS.",
    ),
    "tables": _TABLES,
    "dry_run": Param(
        False,
        type="boolean",
        title="Dry run",
        description="Only log what would be archived, and how the bucket's rules would change.",
    ),
}
_TIER = Param(
    "Bulk",
    type="string",
    enum=["Bulk", "Standard", "Expedited"],
    title="Glacier tier",
    description="Bulk is cheapest and takes up to two days; Expedited takes minutes, costs most, "
    "and is not to be had for Deep Archive.",
)
_COPY_DAYS = Param(
    7,
    type="integer",
    minimum=1,
    title="Days that the copies stay",
    description="How long what Glacier has made readable stays readable. Long enough to be loaded.",
)
_POLL = Param(
    600,
    type="integer",
    minimum=1,
    title="Seconds between two looks",
    description="How often Glacier is asked whether it is done.",
)
RESTORE_PARAMS = {
    "tables": _TABLES,
    "start": forms.instant("From", "First instant that is wanted; empty for the beginning."),
    "end": forms.instant(
        "Up to", "End, exclusive; empty for no end. Parts that overlap come back whole."
    ),
    "participants": forms.participants(
        "Participants, devices or accounts, one a line; empty for all."
    ),
    "rebuild": Param(
        False,
        type="boolean",
        title="Rebuild",
        description="Make stage and agg anew from what comes back, with everything that has come "
        "late for it. The rows stay in raw until the next archive run.",
    ),
    "schema": Param(
        "raw",
        type="string",
        title="Into the schema",
        description="raw, or a new schema beside it, which nothing else reads.",
    ),
    "tier": _TIER,
    "copy_days": _COPY_DAYS,
    "poll_seconds": _POLL,
}
DRILL_PARAMS = {"tier": _TIER, "copy_days": _COPY_DAYS, "poll_seconds": _POLL}


def archive_bucket(client: Any = None) -> "Bucket":
    """The bucket that the settings name, at the connection `vitals_s3`."""
    from vitals.archive import settings
    from vitals.archive.bucket import Bucket

    return Bucket(client or s3_client(), settings.read())


@task(task_id="bucket_rules")
def keep_bucket_rules() -> list[str]:
    """Show how the bucket's rules differ from the settings, and change them."""
    from vitals import warehouse
    from vitals.archive import lifecycle
    from vitals.lake import owner

    bucket = archive_bucket()
    is_dry_run = get_current_context()["params"]["dry_run"]
    if is_dry_run and not bucket.exists():
        log.info("there is no bucket %s yet: a run that is not dry makes it", bucket.name)
        return []
    bucket.ensure()
    with warehouse.connect(warehouse_dsn(), autocommit=True) as connection:
        owner.refuse_stranger(connection, bucket.lake)
    aspects = lifecycle.compare(bucket)
    for line in (line for aspect in aspects for line in aspect.difference):
        log.info(line)
    if is_dry_run:
        return []
    changed = lifecycle.apply(bucket, aspects)
    log.info("changed: %s", ", ".join(changed) or "nothing, all is as the settings say")
    return changed


@task(task_id="archive", max_active_tis_per_dag=1)
def archive_chunks() -> dict[str, Any]:
    """Move old chunks to the bucket; returns how many, by what became of them."""
    from vitals.archive.archiver import archive

    params = get_current_context()["params"]
    summary = archive(
        warehouse_dsn(),
        archive_bucket(),
        older_than_days=params["older_than_days"],
        tables=params["tables"],
        dry_run=params["dry_run"],
        run_id=load_run_id(get_current_context()),
        progress=log.info,
    )
    for line in summary.waiting:
        log.warning("not archived: %s", line)
    return {**summary.outcomes, "rows": summary.rows, "bytes": summary.size_bytes}


@task(task_id="expire", max_active_tis_per_dag=1)
def expire_parts() -> int:
    """Delete what may not be kept any longer; returns how many parts that were."""
    from vitals.archive.expiry import expire

    if get_current_context()["params"]["dry_run"]:
        raise AirflowSkipException("dry run: nothing is deleted")
    return expire(
        warehouse_dsn(),
        archive_bucket(),
        run_id=load_run_id(get_current_context()),
        progress=log.info,
    )


@task(task_id="choose")
def choose_parts() -> list[dict[str, Any]]:
    """The parts that hold something of what is wanted."""
    from vitals import warehouse
    from vitals.archive import restore
    from vitals.archive.errors import ArchiveError

    params, bucket = get_current_context()["params"], archive_bucket()
    try:
        restore.check_schema(params["schema"])
        start, end = forms.read_instant(params, "start"), forms.read_instant(params, "end")
    except (ArchiveError, ValueError) as error:
        raise AirflowFailException(str(error)) from None  # trying again would not help
    found = restore.choose(bucket, params["tables"] or (), start, end)
    subjects = None
    if params["participants"]:
        with warehouse.connect(warehouse_dsn()) as connection:
            subjects = restore.subjects_of(connection, params["participants"], found)
        found = [one for one in found if not subjects.isdisjoint(one.subjects)]
    if not found:
        raise AirflowSkipException("the archive holds nothing of what was asked for")
    for one in found:
        log.info("%s: %s rows, %.1f MB", one.name, f"{one.rows:,}", one.size_bytes / 1e6)
    return [
        {"key": one.key_in_bucket, "subjects": sorted(subjects & one.subjects.keys())}
        if subjects is not None else {"key": one.key_in_bucket, "subjects": None}
        for one in found
    ]  # fmt: skip


@task(task_id="pick")
def pick_part() -> list[dict[str, Any]]:
    """A part at random."""
    from vitals.archive import drill
    from vitals.archive.errors import ArchiveError

    try:
        manifest = drill.pick(archive_bucket())
    except ArchiveError as error:
        raise AirflowSkipException(str(error)) from None
    log.info("picked %s", manifest.name)
    return [{"key": manifest.key_in_bucket, "subjects": None}]


@task(task_id="request")
def request_copies(parts: list[dict[str, Any]]) -> list[str]:
    """Ask Glacier for copies of what lies there; returns the objects to wait for."""
    from vitals.archive import restore

    params, bucket = get_current_context()["params"], archive_bucket()
    manifests = [bucket.manifest(part["key"]) for part in parts]
    waiting = restore.thaw(bucket, manifests, params["tier"], params["copy_days"])
    log.info("%d of %d objects have to be restored by S3 first", len(waiting), len(parts))
    return waiting


def restored_part(part: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Bring back one part; what it returned in numbers."""
    from vitals.archive import restore

    subjects = part["subjects"]
    found = restore.load_part(
        warehouse_dsn(),
        archive_bucket(),
        part["key"],
        None if subjects is None else frozenset(subjects),
        schema=params["schema"],
        rebuild=params["rebuild"],
        run_id=load_run_id(get_current_context()),
        progress=log.info,
    )
    return {"rows": found.rows, "added": found.added}


def proven_part(part: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Prove one part; what was compared."""
    from vitals.archive import drill

    proof = drill.prove(warehouse_dsn(), archive_bucket(), part["key"], progress=log.info)
    return {"rows": proof.rows, "values_compared": proof.values_compared}


@task(task_id="publish", outlets=[RAW_RESTORED])
def publish_restored() -> dict[str, int]:
    """Announce what is to be rebuilt; `iot_stage_transform` follows."""
    context = get_current_context()
    if not context["params"]["rebuild"] or context["params"]["schema"] != "raw":
        raise AirflowSkipException("restored to be looked at: nothing is rebuilt")
    rows = sum(one["rows"] for one in results_of(context, "load"))
    context["outlet_events"][RAW_RESTORED].extra.update(rows=rows)
    return {"rows": rows}
