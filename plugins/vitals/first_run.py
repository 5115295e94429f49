"""first_run: an empty warehouse, and an archive or a lake that is not -> say so, or fill it.

Whoever lost a database finds the way back here, and a warehouse that begins anew beside an old lake
does not mistake its own loads for those of the old one.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vitals import warehouse
from vitals.errors import first_line
from vitals.progress import Progress
from vitals.settings import Settings

if TYPE_CHECKING:
    from vitals.archive.bucket import Bucket
    from vitals.lake.store import Lake


RUN_ID = "populate"
_TIER, _COPY_DAYS = "Bulk", 3


@dataclass(frozen=True)
class Found:
    """What lies in S3 beside an empty warehouse.

    Attributes:
        loads: objects of the lake, by source.
        parts: parts of the archive.
        deleted: tombstones that were taken over.
        of_another: whether the bucket is known as another warehouse's, which may be the lost one.
    """

    loads: Counter[str] = field(default_factory=Counter)
    parts: int = 0
    deleted: int = 0
    of_another: bool = False

    def __bool__(self) -> bool:
        return bool(self.loads or self.parts)

    def __str__(self) -> str:
        lake = ", ".join(f"{source} {count:,}" for source, count in sorted(self.loads.items()))
        what = [f"loads in the lake ({lake})"] if lake else []
        if self.parts:
            what.append(f"{self.parts:,} archived parts")
        return " and ".join(what)


def look(settings: Settings) -> Found:
    """What an empty warehouse could be filled with; nothing if it is not empty.

    Tombstones are taken over at once, and new loads numbered after those of the lake.

    Raises:
        LakeError, ArchiveError: S3 answers, but not as it should.
        WarehouseError: the warehouse cannot be reached.
    """
    from vitals.archive.manifest import MANIFEST_PREFIX
    from vitals.deletion import tombs
    from vitals.lake.owner import stranger_in
    from vitals.lake.store import Lake
    from vitals.load.lake_keeper import continue_numbers

    with warehouse.connect(settings.warehouse_dsn, autocommit=True) as connection:
        has_s3 = settings.storage.keeps_lake or "s3" in settings.external
        if not has_s3 or not warehouse.is_empty(connection):
            return Found()
        lake = Lake.of(settings)
        loads, newest = Counter[str](), 0
        for key in lake.walk():
            loads[key.source] += 1
            newest = max(newest, key.load_id)
        if loads:
            continue_numbers(connection, newest)
        return Found(
            loads,
            sum(1 for _ in _bucket(settings, lake).keys(MANIFEST_PREFIX)),
            tombs.fetch_copy(connection, lake),
            stranger_in(connection, lake) is not None,
        )


def welcome(settings: Settings, progress: Progress) -> None:
    """Say what an empty warehouse could be filled with, or fill it if the settings ask for that."""
    from vitals.archive.errors import ArchiveError
    from vitals.lake.errors import LakeError

    try:
        found = look(settings)
    except (LakeError, ArchiveError) as error:
        # Nothing needs S3 to begin; whoever needs it says so again.
        progress(f"S3 was not looked into: {first_line(error)}")
        return
    if not found:
        return
    place = f"s3://{settings.storage.bucket}"
    if settings.storage.restores_first_run:
        progress(f"the warehouse is empty: filling it with {found} of {place}")
        populate(settings, progress)
    else:
        also = ", and makes the bucket this warehouse's" if found.of_another else ""
        progress(
            f"the warehouse is empty, but {place} holds {found}: `make populate` fills it{also}"
        )


def populate(settings: Settings, progress: Progress) -> bool:
    """Fill a warehouse from the archive and the lake; returns whether everything could be.

    Safe to repeat: what is there already stays as it is. The bucket is this warehouse's from now
    on, whoever it was before.

    Raises:
        LakeError, ArchiveError, WarehouseError, LoadError: a server failed; do it again.
    """
    from vitals.deletion import tombs
    from vitals.lake.owner import take_over
    from vitals.lake.store import Lake
    from vitals.load.rebuild import rebuild

    lake = Lake.of(settings)
    with warehouse.connect(settings.warehouse_dsn, autocommit=True) as connection:
        take_over(connection, lake)
        tombs.fetch_copy(connection, lake)
    summary = rebuild(settings.warehouse_dsn, lake, run_id=RUN_ID, progress=progress)
    for name, problem in summary.problems.items():
        progress(f"{name}: {problem}")
    waiting = _load_parts(settings, _bucket(settings, lake), progress)
    return not summary.problems and not waiting


def _load_parts(settings: Settings, bucket: "Bucket", progress: Progress) -> int:
    """Bring back every archived part; returns how many have to be waited for."""
    from vitals.archive.restore import ask, choose, load_part

    waiting = 0
    for manifest in choose(bucket):
        if ask(bucket, manifest.object_key, _TIER, _COPY_DAYS):
            load_part(
                settings.warehouse_dsn,
                bucket,
                manifest.key_in_bucket,
                rebuild=True,
                run_id=RUN_ID,
                progress=progress,
            )
        else:
            waiting += 1
    if waiting:
        progress(
            f"{waiting:,} archived parts lie in Glacier and were asked for: `make populate` again "
            "when they are there, in up to two days"
        )
    return waiting


def _bucket(settings: Settings, lake: "Lake") -> "Bucket":
    from vitals.archive import settings as archive_settings
    from vitals.archive.bucket import Bucket

    return Bucket(lake.client, archive_settings.read(settings.environment))
