"""The deletion of one participant everywhere, and its receipt.

Tombstones come first: from then on nothing of the participant is let in, so that what is deleted
stays deleted. A deletion that dies is completed by the next one; the rows by which accounts and
devices are found go last, in the transaction of all others.
"""

import logging
from datetime import UTC, datetime

import psycopg

from vitals import warehouse
from vitals.archive.bucket import Bucket
from vitals.datasets import book
from vitals.deletion import database, identity, objects, streamed, tombs
from vitals.deletion.identity import Identity
from vitals.deletion.receipt import Receipt
from vitals.lake import owner
from vitals.lake.store import Lake
from vitals.progress import Progress
from vitals.sources import api_providers
from vitals.stream.lake import StreamLake

log = logging.getLogger(__name__)


def look(dsn: str, participant_id: str) -> tuple[Identity, dict[str, int]]:
    """What would be deleted: ids, and rows by table.

    Raises:
        WarehouseError: the warehouse cannot be reached.
    """
    with warehouse.connect(dsn, autocommit=True) as connection:
        found = identity.find(connection, participant_id)
        return found, database.count(connection, found)


def delete_participant(
    dsn: str,
    participant_id: str,
    lake: Lake | None,
    bucket: Bucket | None,
    progress: Progress = log.info,
) -> Receipt:
    """Delete a participant for good. Safe to repeat.

    Args:
        dsn: libpq URI of the warehouse; the login must own its tables.
        participant_id: who.
        lake: the lake, also if nothing is added to it any more; None if there is no S3.
        bucket: of the archive; None if there is no S3.
        progress: called with one line for each step; no line names anybody.

    Raises:
        DeletionError: something is left, or cannot be found; doing it again goes on.
        AnotherRunError: a load did not end in time.
        StrangersBucketError: the bucket is another warehouse's; nothing was deleted.
        ArchiveError, LakeError, WarehouseError: a server cannot be reached; doing it again goes on.
    """
    with warehouse.connect(dsn, autocommit=True) as connection:
        for place in (lake, bucket.lake if bucket else None):
            if place:
                owner.claim(connection, place)
        who = identity.find(connection, participant_id)
        number, began_at = tombs.set_up(connection, who)
        receipt = Receipt(
            number, began_at, None, len(who.accounts), len(who.devices), len(who.handed_on)
        )
        progress(f"deletion {number}: nothing of this participant is let in from now on")
        if lake:
            tombs.save_copy(connection, lake)
        with database.no_archiving(connection), database.no_loads(dsn, who):
            who = identity.find(connection, participant_id)  # a load may just have ended
            tombs.set_up(connection, who)
            receipt.by_hand = _by_hand(who) + _handed_out(connection, participant_id)
            if lake:
                _empty_lake(connection, lake, who, receipt, progress)
            if bucket:
                _empty_archive(connection, bucket, receipt, progress)
            receipt.rows_deleted = _some(database.delete(connection, who))
            progress(f"{sum(receipt.rows_deleted.values()):,} rows deleted from the database")
            receipt.rows_left = database.count(connection, who)
        receipt.ended_at = datetime.now(UTC)
    progress(
        f"counted again: {receipt.left} left in {len(receipt.rows_left)} tables and the objects"
    )
    return receipt


def _empty_lake(
    connection: psycopg.Connection, lake: Lake, who: Identity, receipt: Receipt, progress: Progress
) -> None:
    found = objects.lake_objects(connection, lake, who)
    receipt.lake_objects_deleted = lake.delete(map(str, found))
    progress(f"{len(found):,} objects deleted from the lake")
    receipt.objects_left += len(objects.lake_objects(connection, lake, who))
    stream = StreamLake(lake)
    receipt.stream_objects_rewritten = streamed.take_out(stream, who.participant_id)
    if receipt.stream_objects_rewritten:
        progress(f"taken out of {receipt.stream_objects_rewritten:,} objects of the stream")
        receipt.by_hand.append(
            "Kafka deletes no single messages: the topic of the heart-rate stream holds theirs "
            "until its retention is shortened"
        )
    receipt.objects_left += streamed.left(stream, who.participant_id)


def _empty_archive(
    connection: psycopg.Connection, bucket: Bucket, receipt: Receipt, progress: Progress
) -> None:
    from vitals.deletion import archived

    done = archived.take_out(connection, bucket, progress)
    receipt.archive_objects_rewritten = done.rewritten
    receipt.archive_objects_deleted = done.deleted
    receipt.objects_left += len(archived.concerned(connection, bucket))
    if done.waiting:
        receipt.by_hand.append(
            f"{done.waiting} archived objects lie in Glacier: their restore was asked for, which "
            "takes up to two days; delete the participant once more then"
        )


def _by_hand(who: Identity) -> list[str]:
    """What is not the warehouse's to delete."""
    titles = {name: spec.title for name, spec in api_providers().items()}
    used = {account_id.partition(":")[0] for account_id in who.accounts}
    wanted = [
        f"{title}: remove this app in the account of the participant, or delete its key"
        for name, title in titles.items()
        if name in used
    ]
    if who.devices or who.handed_on:
        wanted.append("the document store is yours: their documents are still in it")
    if any(account_id.startswith("account_exports:") for account_id in who.accounts):
        wanted.append("the inbox of account exports is yours: their folder may still be in it")
    if who.handed_on:
        wanted.append(
            f"{len(who.handed_on)} devices belong to somebody else now and keep all their samples"
        )
    wanted.append(
        "Airflow's logs and its history of tasks name participants until they are cleaned"
    )
    wanted.append("backups of the database that were made before still hold them")
    return wanted


def _handed_out(connection: psycopg.Connection, participant_id: str) -> list[str]:
    """Copies of their rows that were made for others."""
    return [
        f"data set {held.dataset_name} of {held.begun_at:%Y-%m-%d}"
        + (f" ({held.folder})" if held.folder else "")
        + " holds their rows: delete it, and every copy that was handed out"
        + (", and their line of its key file" if held.has_pseudonyms else "")
        for held in book.holding(connection, participant_id)
    ]


def _some(rows: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in rows.items() if count}
