"""The inbox of account exports: a folder, or a prefix in S3, with one folder for each participant.

    inbox/p0001/takeout-001.zip
    inbox/p0001/takeout-002.zip
    inbox/p0001/person.json        optional: {"time_zone": "Europe/Paris", "date_of_birth": ...}

Everything of a participant is imported together, so that the parts of one export meet. What was
imported is remembered by names, sizes and times; the import itself recognises contents.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vitals import storage, warehouse
from vitals.accounts.tombstones import Tombstones
from vitals.connection_uris import S3Target
from vitals.errors import ExpectedError, first_line
from vitals.load.export_people import Person
from vitals.load.export_summary import ImportSummary
from vitals.load.exports import import_exports
from vitals.load.tables import load_sql
from vitals.progress import Progress
from vitals.workspace import workspace

log = logging.getLogger(__name__)

PERSON_FILE = "person.json"
# A file that is still being copied grows; one this old has arrived.
SETTLED_SECONDS = 30.0


class InboxError(ExpectedError):
    """The inbox cannot be read, or a person's file is wrong; one line."""


class PersonFileError(InboxError):
    """A person's file is wrong, and stays so until somebody corrects it."""


@dataclass(frozen=True)
class Inbox:
    """Where exports are put.

    Attributes:
        place: a folder, or s3://bucket/prefix.
        s3: server and key, for the latter.
    """

    place: str
    s3: S3Target | None = None

    @property
    def is_in_s3(self) -> bool:
        """Whether it is a prefix and no folder."""
        return self.place.startswith("s3://")

    @property
    def bucket_and_prefix(self) -> tuple[str, str]:
        """The prefix ends in a slash or is empty."""
        bucket, _, prefix = self.place.removeprefix("s3://").partition("/")
        return bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def client(self) -> Any:
        """A client of the S3 server."""
        if self.s3 is None:
            raise InboxError(f"{self.place} needs the connection vitals_s3")
        return storage.client(self.s3)


@dataclass(frozen=True)
class Waiting:
    """A participant with files that were not imported as they are now.

    Attributes:
        participant_id: name of their folder.
        content: digest of what is in it.
    """

    participant_id: str
    content: str


@dataclass(frozen=True)
class _Entry:
    """One file of the inbox: where below it, how large, and what tells its version."""

    path: str
    size: int
    version: str
    age_seconds: float

    @property
    def participant_id(self) -> str:
        return self.path.split("/", 1)[0]


def waiting(warehouse_dsn: str, inbox: Inbox) -> list[Waiting]:
    """Participants whose files are new or have changed, and have arrived whole.

    Raises:
        InboxError: the inbox cannot be read.
        WarehouseError: the warehouse cannot be reached.
    """
    folders: dict[str, list[_Entry]] = {}
    for entry in _entries(inbox):
        if "/" in entry.path:
            folders.setdefault(entry.participant_id, []).append(entry)
    with warehouse.connect(warehouse_dsn, role="loader") as connection:
        query = "select participant_id, content from raw.export_inbox"
        known: dict[str, str] = dict(connection.execute(query).fetchall())
        tombstones = Tombstones.of(connection)
    found = [
        Waiting(name, _digest(entries))
        for name, entries in sorted(folders.items())
        if all(entry.age_seconds >= SETTLED_SECONDS for entry in entries)
    ]
    deleted = [one for one in found if tombstones.participant(one.participant_id)]
    if deleted:
        log.warning("%s folders of deleted participants are not read: remove them", len(deleted))
    return [
        one for one in found if one not in deleted and known.get(one.participant_id) != one.content
    ]


def import_waiting(
    warehouse_dsn: str,
    inbox: Inbox,
    one: Waiting,
    run_id: str | None = None,
    progress: Progress = print,
) -> ImportSummary:
    """Import everything of a participant.

    Raises:
        InboxError: the inbox cannot be read.
        PersonFileError: the person's file is wrong.
        WarehouseError: as for `import_exports`.
    """
    with _folder(inbox, one.participant_id) as folder:
        person = _person(one.participant_id, folder / PERSON_FILE)
        paths = sorted(path for path in folder.iterdir() if path.name != PERSON_FILE)
        summary = import_exports(warehouse_dsn, paths, person, run_id, progress)
    with warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection:
        values = {"participant_id": one.participant_id, "content": one.content}
        connection.execute(load_sql("export/save_inbox"), values)
    return summary


def _digest(entries: Sequence[_Entry]) -> str:
    facts = sorted((entry.path, entry.size, entry.version) for entry in entries)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _person(participant_id: str, path: Path) -> Person:
    if not path.exists():
        return Person(participant_id)
    try:
        stated: dict[str, Any] = json.loads(path.read_text())
        born = stated.get("date_of_birth")
        return Person(
            participant_id,
            stated.get("time_zones") or stated.get("time_zone"),
            date.fromisoformat(born) if born else None,
            stated.get("gender"),
            stated.get("height_cm"),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise PersonFileError(f"{participant_id}/{PERSON_FILE} is wrong: {error}") from None


def _entries(inbox: Inbox) -> Iterator[_Entry]:
    if inbox.is_in_s3:
        yield from _objects(inbox)
        return
    folder, now = Path(inbox.place), time.time()
    if not folder.is_dir():
        return  # nobody has put anything there yet
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            facts = path.stat()
            inside = path.relative_to(folder).as_posix()
            age = now - facts.st_mtime
            yield _Entry(inside, facts.st_size, str(facts.st_mtime_ns), age)


def _objects(inbox: Inbox) -> Iterator[_Entry]:
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, prefix = inbox.bucket_and_prefix
    pages = inbox.client().get_paginator("list_objects_v2")
    try:
        for page in pages.paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                inside = item["Key"].removeprefix(prefix)
                if inside and not inside.endswith("/"):
                    # An object appears when it is whole.
                    yield _Entry(inside, item["Size"], item["ETag"], SETTLED_SECONDS)
    except (BotoCoreError, ClientError) as error:
        raise InboxError(f"cannot read {inbox.place}: {first_line(error)}") from None


@contextmanager
def _folder(inbox: Inbox, participant_id: str) -> Iterator[Path]:
    """The participant's files on disk; those of S3 are copied, and deleted afterwards."""
    if not inbox.is_in_s3:
        yield Path(inbox.place) / participant_id
        return
    bucket, prefix = inbox.bucket_and_prefix
    client = inbox.client()
    with workspace("inbox") as folder:
        for entry in _objects(inbox):
            below = Path(entry.path)
            if entry.participant_id == participant_id and ".." not in below.parts:
                place = folder.joinpath(*below.parts[1:])
                place.parent.mkdir(parents=True, exist_ok=True)
                client.download_file(bucket, prefix + entry.path, str(place))
        yield folder
