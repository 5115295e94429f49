"""Selection -> snapshot -> files -> a folder that is whole as soon as it is there.

Everything is written under a temporary name beside it; the last step gives it its name.
"""

import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from vitals import settings, warehouse
from vitals.api.studies import Member
from vitals.archive.versions import code_version
from vitals.datasets import book, checksums, files, readme
from vitals.datasets.descriptor import Description, Origin, Resource
from vitals.datasets.errors import DatasetError
from vitals.datasets.pseudonyms import DEVICE, PARTICIPANT, KeyFile
from vitals.datasets.reading import Reading
from vitals.datasets.selection import Selection, choose
from vitals.datasets.snapshot import NO_TABLES, Snapshot
from vitals.datasets.tables import Table
from vitals.errors import first_line
from vitals.progress import Progress

log = logging.getLogger(__name__)


_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SUFFIXES = {"parquet": ".parquet", "csv": ".csv.gz"}
_SECONDS_BETWEEN_LINES = 10


@dataclass(frozen=True)
class Order:
    """What data set to make.

    Attributes:
        name: of the data set and its folder.
        parent: where the folder is made.
        selection: whose data, of which days.
        tables: which tables.
        format: parquet or csv.
        key_file: where study codes are kept; None for the ids of the warehouse.
        key_is_new: whether the key file must not be there yet.
    """

    name: str
    parent: Path
    selection: Selection
    tables: Sequence[Table]
    format: str = "parquet"
    key_file: Path | None = None
    key_is_new: bool = False

    @property
    def folder(self) -> Path:
        """The folder of the data set."""
        return (self.parent / self.name).absolute()


def make(dsn: str, order: Order, progress: Progress = log.info) -> Description:
    """Make a data set; returns what it holds.

    Args:
        dsn: libpq URI of the warehouse; the login must own its tables.
        order: which.
        progress: called with one line for each table, and for large ones now and then.

    Raises:
        DatasetError: it cannot be made; nothing is left behind but a key file.
        WarehouseError: the warehouse cannot be reached.
    """
    _refuse(order)
    with warehouse.connect(dsn, autocommit=True) as connection:
        if not warehouse.has_relation(connection, "agg.participant_day"):
            raise DatasetError(NO_TABLES)
        people = choose(connection, order.selection)
        ids = [member.participant_id for member in people]
        study, has_codes = order.selection.study, order.key_file is not None
        number = book.begin(connection, order.name, str(order.folder), study, ids, has_codes)
        try:
            book.refuse_deleted(connection, ids)
            with _unfinished(order) as folder:
                made = _Making(order, people, folder, progress).run(dsn)
                book.finish(connection, number, len(people), made.rows, made.data_sha256)
                _put_in_place(folder, order.folder)
        except BaseException:
            _forget(dsn, number)
            raise
    return made


def _forget(dsn: str, number: int) -> None:
    """Strike it out over another connection: the first may have died of the same cause."""
    try:
        with warehouse.connect(dsn, autocommit=True) as connection:
            book.forget(connection, number)
    except (warehouse.WarehouseError, psycopg.Error) as error:
        log.warning("data set %d stays in the book: %s", number, first_line(error))


def _refuse(order: Order) -> None:
    if not _NAME.fullmatch(order.name):
        raise DatasetError(
            f"{order.name!r} is no name of a data set: small letters, digits, dots, dashes and "
            "underscores, such as sleep-2026"
        )
    if order.folder.exists():
        raise DatasetError(f"{order.folder} exists: data sets never change, so take another name")
    if order.key_file and order.key_file.absolute().is_relative_to(order.folder):
        raise DatasetError(f"the key file {order.key_file} must be outside of the data set")
    if order.key_file and order.key_is_new and order.key_file.exists():
        raise DatasetError(
            f"the key file {order.key_file} is there already: take another name, or say --key "
            f"{order.key_file} to use its codes again, so that the data sets can be joined"
        )


@contextmanager
def _unfinished(order: Order) -> Iterator[Path]:
    """A folder beside the one that is to be, of nobody else's; it goes if anything goes wrong."""
    order.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(
        tempfile.mkdtemp(prefix=f".{order.name}.", suffix=".unfinished", dir=order.parent)
    )
    try:
        yield folder
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno is None:
            raise
        why = os.strerror(error.errno)
        raise DatasetError(f"cannot write {order.folder}: {why}; nothing was left there") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _put_in_place(unfinished: Path, folder: Path) -> None:
    """Give it its name, unless somebody was quicker."""
    _sync(unfinished)
    if folder.exists():
        raise DatasetError(f"{folder} exists: somebody else has just made it")
    unfinished.rename(folder)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass
class _Making:
    """The filling of one folder."""

    order: Order
    people: Sequence[Member]
    folder: Path
    progress: Progress

    def run(self, dsn: str) -> Description:
        with Snapshot.open(dsn) as snapshot:
            made_at = datetime.now(UTC)
            people = self._select(snapshot)
            origin = self._origin(snapshot)
            snapshot.become_analyst()
            self._refuse_what_cannot_be_read(snapshot)
            (self.folder / "data").mkdir()
            resources = [
                self._write(Reading(snapshot, table, people, self._has_codes))
                for table in self.order.tables
            ]
        if not any(one.rows for one in resources if one.name != "participants"):
            raise DatasetError("there is not one row of these people and days: nothing was written")
        sums = {one.path: one.sha256 for one in resources}
        made = Description(
            self.order.name,
            self.order.selection,
            len(people),
            self._has_codes,
            origin,
            resources,
            checksums.of_data(sums),
            made_at,
        )
        sums["README.md"] = self._put("README.md", readme.render(made))
        sums["datapackage.json"] = self._put("datapackage.json", made.to_json())
        self._put(checksums.NAME, checksums.lines(sums))
        _sync(self.folder / "data")
        return made

    @property
    def _has_codes(self) -> bool:
        return self.order.key_file is not None

    def _select(self, snapshot: Snapshot) -> list[Member]:
        """Tell the snapshot who is meant; returns them in the order of the ids in the files."""
        ids = [member.participant_id for member in self.people]
        names = {participant_id: participant_id for participant_id in ids}
        key = KeyFile(self.order.key_file) if self.order.key_file else None
        if key:
            names = key.codes(PARTICIPANT, ids)
        snapshot.select(self.people, names)
        if key:
            devices = [row["device_id"] for row in snapshot.rows("devices")]
            snapshot.name_devices(key.codes(DEVICE, devices))
        return sorted(self.people, key=lambda member: names[member.participant_id].encode())

    def _origin(self, snapshot: Snapshot) -> Origin:
        [newest] = snapshot.rows("newest_load")
        models = [*(table.name for table in self.order.tables), "received_days"]
        taken = snapshot.rows("taken_in", models=models)
        waiting = max((row["waiting"] for row in taken), default=0)
        if waiting:
            self.progress(
                f"note: {waiting} loads have not reached all tables yet; they are not in it"
            )
        return Origin(
            code_version(),
            newest.pop("schema_version"),
            newest,
            {row["name"]: row["taken_at"] for row in taken},
            waiting,
        )

    def _refuse_what_cannot_be_read(self, snapshot: Snapshot) -> None:
        """Nothing is left out silently, and nothing is kept that may not be kept."""
        for table in self.order.tables:
            if table.samples_of:
                [row] = snapshot.rows("archived", entity=table.samples_of)
                if row["participants"]:
                    raise DatasetError(
                        f"samples of {row['participants']} of them lie in cold storage: "
                        "restore them first (docs/archive.md), or ask for other days or for minutes"
                    )
        apis = settings.load().apis
        days = {name: api.retention_days for name, api in apis.items() if api.retention_days}
        for row in snapshot.rows("short_lived", sources=[*days]) if days else ():
            source, first = row["source"], row["first_date"]
            raise DatasetError(
                f"data of {source} may be kept for {days[source]} days only, and there is some "
                f"from {first} on: end the data set before that (--end)"
            )

    def _write(self, reading: Reading) -> Resource:
        table = reading.table
        path = f"data/{table.name}{_SUFFIXES[self.order.format]}"
        rows = _Shown(table.name, self.progress)
        files.write(self.folder / path, reading.rows(), table.order, rows)
        size = (self.folder / path).stat().st_size
        self.progress(f"{table.name:<20} {rows.rows:>13,} rows {size / 1e3:>11,.0f} kB")
        return Resource(
            table.name,
            path,
            reading.description,
            reading.columns,
            table.key,
            rows.rows,
            size,
            checksums.sha256(self.folder / path),
        )

    def _put(self, name: str, text: str) -> str:
        """Write a text; returns its checksum."""
        with (self.folder / name).open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return checksums.sha256(self.folder / name)


class _Shown(files.Counted):
    """Says now and then how far a large table is."""

    def __init__(self, name: str, progress: Progress) -> None:
        self._name, self._progress = name, progress
        self._said_at = time.monotonic()

    def add(self, rows: int) -> None:
        super().add(rows)
        if time.monotonic() - self._said_at > _SECONDS_BETWEEN_LINES:
            self._said_at = time.monotonic()
            self._progress(f"{self._name:<20} {self.rows:>13,} rows ...")
