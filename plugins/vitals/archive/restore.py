"""Parts in the bucket -> the rows they hold, back in raw or in a schema beside it.

`choose` finds the parts, `thaw` has Glacier make them readable, `load_part` brings back one of
them: checked against its manifest before and after, in one transaction, so that it can be repeated
at any time.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import psycopg

from vitals import warehouse
from vitals.accounts.tombstones import participant_of
from vitals.archive import parquet
from vitals.archive.bucket import Bucket
from vitals.archive.errors import ArchiveError, IntegrityError
from vitals.archive.manifest import Manifest
from vitals.archive.part_load import PartLoad, RestoredPart, Wish
from vitals.archive.session import Session
from vitals.archive.tables import archive_sql
from vitals.lake import owner
from vitals.progress import Progress
from vitals.workspace import workspace

TIERS = ("Bulk", "Standard", "Expedited")
_TAKEN = ("stage", "agg", "accounts", "archive", "public", "information_schema")


def choose(
    bucket: Bucket,
    tables: Sequence[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    subjects: frozenset[str] | None = None,
) -> list[Manifest]:
    """The parts that hold something of what is wanted, but for those that a later one replaces.

    Args:
        bucket: of the archive.
        tables: tables of raw; empty for all.
        start: first instant; None for no bound.
        end: end (exclusive); None for no bound.
        subjects: devices and accounts; None for all.
    """
    every = [one for table in dict.fromkeys(tables) or (None,) for one in bucket.manifests(table)]
    replaced = {key for manifest in every for key in manifest.supersedes}
    return [
        manifest
        for manifest in every
        if manifest.key_in_bucket not in replaced
        and manifest.overlaps(start, end)
        and (subjects is None or not subjects.isdisjoint(manifest.subjects))
    ]


def subjects_of(
    connection: psycopg.Connection, participants: Iterable[str], manifests: Iterable[Manifest]
) -> frozenset[str]:
    """Devices and accounts of participants, as stage and the names of accounts tell them.

    A device id or account id stands for itself.
    """
    wanted = set(participants)
    if warehouse.has_relation(connection, "stage.participant_devices"):
        rows = connection.execute(archive_sql("devices_of"), {"participants": list(wanted)})
        wanted |= {device for (device,) in rows}
    held = {subject for manifest in manifests for subject in manifest.subjects}
    return frozenset(
        subject for subject in held if subject in wanted or participant_of(subject) in wanted
    )


def thaw(bucket: Bucket, manifests: Iterable[Manifest], tier: str, days: int) -> list[str]:
    """Have every part made readable; returns the keys of the objects that have to be waited for."""
    if tier not in TIERS:
        raise ArchiveError(f"the tier must be one of {', '.join(TIERS)}, not {tier!r}")
    return [
        key for one in manifests if (key := one.object_key) and not ask(bucket, key, tier, days)
    ]


def ask(bucket: Bucket, key: str, tier: str, days: int) -> bool:
    """Whether an object can be read; if it cannot, a copy that can is asked for."""
    state = bucket.state(key)
    if not state.is_readable and state.restore != "ongoing":
        bucket.request_restore(key, tier, days)
    return state.is_readable


def still_frozen(bucket: Bucket, keys: Iterable[str]) -> list[str]:
    """Which of the objects cannot be read yet."""
    return [key for key in keys if not bucket.state(key).is_readable]


def load_part(
    dsn: str,
    bucket: Bucket,
    manifest_key: str,
    subjects: frozenset[str] | None = None,
    schema: str = "raw",
    rebuild: bool = False,
    run_id: str | None = None,
    progress: Progress = print,
) -> RestoredPart:
    """Bring back the rows of one part.

    Rows that are there already stay, unless the part has a better value for their key; nothing
    comes back of people who were deleted for good.

    Args:
        dsn: libpq URI of the warehouse; the login must own its tables.
        bucket: of the archive.
        manifest_key: which part.
        subjects: devices and accounts; None for all.
        schema: raw, or the name of a schema beside it, which is made.
        rebuild: whether stage and agg are to be made anew from the rows; only into raw.
        run_id: what raw.loads and the catalogue say made the load.
        progress: called with one line.

    Raises:
        NotReadableError: the object lies in Glacier, or its copy ran out: ask again, and wait.
        MissingObjectError: it is gone.
        IntegrityError: the object, or what came into the table, is not what the manifest says;
            nothing was written.
        LakeError: the bucket is another warehouse's, and this one is not empty.
        WarehouseError: the warehouse cannot be reached.
    """
    check_schema(schema)
    if schema == "raw":
        with warehouse.connect(dsn, autocommit=True) as connection:
            owner.may_fill(connection, bucket.lake)
    manifest = bucket.manifest(manifest_key)
    with workspace("restore") as folder:
        path = folder / "rows.parquet"
        fetch(bucket, manifest, path)
        with Session.open(dsn) as session:
            wish = Wish(subjects, schema, rebuild and schema == "raw", run_id)
            restored = PartLoad(session, manifest, path, wish).run()
    progress(f"{manifest.name}: {restored}")
    return restored


def fetch(bucket: Bucket, manifest: Manifest, path: Path) -> None:
    """Download a part, and make sure that it is what was uploaded."""
    if bucket.download(manifest.object_key, path) != manifest.sha256:
        raise IntegrityError(f"{manifest.object_key} has changed: its SHA-256 is another")
    held = parquet.contents(path, manifest.subject_column, manifest.time_column)
    if dict(held.rows) != {subject: rows.rows for subject, rows in manifest.subjects.items()}:
        raise IntegrityError(f"{manifest.object_key} does not hold the rows of its manifest")


def check_schema(schema: str) -> None:
    """Refuse a schema that rows must not be restored into.

    Raises:
        ArchiveError: it is one of the product's, or no plain name.
    """
    plain = re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema)
    if not plain or schema in _TAKEN or schema.startswith(("pg_", "_timescaledb")):
        raise ArchiveError(
            f"{schema!r} cannot be restored into: take raw or a new name in lower-case letters"
        )
