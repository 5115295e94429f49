"""One account's loads in the lake -> raw, while no other run reads the account.

Loads that are later than what the warehouse knows are simply made again after it. Where it has
later ones, or knows these already, rows would go back in time, or come under a number that the
layers downstream have done with: then the rows of a resource from the first such load on are
deleted, and all loads since are made again. That needs all of them in the lake and readable; else
the resource stays as it is, and the caller is told.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby

from vitals.accounts.tombstones import refuse_deleted
from vitals.lake.payload import Head
from vitals.lake.store import Key, Lake
from vitals.load.account_days import DaysRead
from vitals.load.account_writer import AccountWriter
from vitals.load.books import Books
from vitals.load.lake_loads import Known, LakeLoads, Renewal
from vitals.load.pipeline import Loader
from vitals.load.replay import Replay
from vitals.load.summary import LoadSummary
from vitals.progress import Progress
from vitals.sources._api.errors import ApiError
from vitals.sources._api.spec import ApiSpec

LOCK_WAIT_SECONDS = 900.0
_READING_AT_ONCE = 8  # a client keeps ten connections


def read_heads(lake: Lake, keys: Sequence[Key]) -> list[Head]:
    """The heads of some objects.

    Raises:
        LakeError: one cannot be read.
    """
    with ThreadPoolExecutor(_READING_AT_ONCE) as pool:
        return list(pool.map(lake.head, keys))


@dataclass
class AccountRebuild:
    """Makes loads of one account again.

    Attributes:
        dsn: libpq URI of the warehouse.
        lake: where the answers are.
        spec: the provider.
        account_id: whose account it is.
        run_id: what raw.loads says noted the changed days, where rows are replaced.
        progress: called with one line for each load.
        loads: how many were made again.
        told: what they wrote.
        problems: what could not be made again, and why, by resource.
        left: resources that are as they were.
    """

    dsn: str
    lake: Lake
    spec: ApiSpec
    account_id: str
    run_id: str | None
    progress: Progress
    loads: int = 0
    told: LoadSummary = field(default_factory=lambda: LoadSummary("full"))
    problems: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    _wanted: dict[int, Head] = field(default_factory=dict)
    _known: list[Known] = field(default_factory=list)

    def run(self, heads: Sequence[Head]) -> None:
        """Make these loads again, and the later ones that this undoes.

        Raises:
            AnotherRunError: a reading of the account did not end in time.
            ParticipantDeletedError: the participant was deleted for good.
            LakeError, WarehouseError, LoadError: a server failed; the next try completes it.
        """
        with (
            Books.open(self.dsn, self.spec.name, LOCK_WAIT_SECONDS, self.account_id) as books,
            Loader.open(self.dsn, self.spec.name) as loader,
        ):
            refuse_deleted(books.connection, self.account_id)
            loads = LakeLoads(books.connection)
            self._wanted = {head.load_id: head for head in heads}
            self._known = loads.of_account(self.account_id, self._wanted)
            renewals = self._renew(books, loads)

            def before_done(load_ids: Sequence[int]) -> None:
                loads.restore_times(self.spec, [self._wanted[number] for number in load_ids])
                for renewal in renewals:
                    renewal.note(load_ids)

            writer = AccountWriter(
                self.spec.name,
                self.account_id,
                books,
                loader,
                self.told,
                self.progress,
                before_done=before_done,
            )
            self._write(writer)
            for renewal in renewals:
                renewal.finish()

    def _renew(self, books: Books, loads: LakeLoads) -> list[Renewal]:
        """Delete what would be in the way, of resources that can be made again from there on."""
        later = {
            resource: number
            for resource, number in self._first_numbers().items()
            if self._later(resource, number) and self._take_later(resource, number)
        }
        # Nothing is deleted before everything that takes its place could be read.
        for head, piece in self._read() if later else ():
            if head.resource in later and isinstance(piece, ApiError):
                self._leave(head.resource, f"load {head.load_id} cannot be read: {piece}")
        return [
            loads.renew(books, self.spec, resource, number, self.account_id, self.run_id)
            for resource, number in later.items()
            if resource not in self.problems
        ]

    def _first_numbers(self) -> dict[str, int]:
        first: dict[str, int] = {}
        for number, head in sorted(self._wanted.items()):
            first.setdefault(head.resource, number)
        return first

    def _later(self, resource: str, first: int) -> list[Known]:
        return [one for one in self._known if one.resource == resource and one.load_id >= first]

    def _take_later(self, resource: str, first: int) -> bool:
        """Want the later loads, too; False if the lake does not have them all."""
        later = self._later(resource, first)
        lost = [str(one.load_id) for one in later if not one.is_in_lake]
        if lost:
            self._leave(resource, f"the lake does not hold load {', '.join(lost)}, made since")
            return False
        more = [one.key for one in later if one.lake_object and one.load_id not in self._wanted]
        self._wanted |= {head.load_id: head for head in read_heads(self.lake, more)}
        return True

    def _leave(self, resource: str, reason: str) -> None:
        self.problems[resource] = f"left as it is, because {reason}"
        self.left.add(resource)
        mine = [number for number, head in self._wanted.items() if head.resource == resource]
        for number in mine:
            del self._wanted[number]

    def _write(self, writer: AccountWriter) -> None:
        reading = None
        for head, piece in self._read():
            # A client that goes on elsewhere begins anew, and what it has read should be safe.
            if head.reading != reading:
                writer.flush()
                reading = head.reading
            if isinstance(piece, DaysRead):
                writer.add(piece)
                self.loads += 1
            else:
                del self._wanted[head.load_id]
                self.problems[head.resource] = f"load {head.load_id} cannot be read: {piece}"
        writer.flush()

    def _read(self) -> Iterator[tuple[Head, DaysRead | ApiError]]:
        """The wanted loads in the order in which they were made; each reading has its client."""
        wanted = dict(self._wanted)
        heads = sorted([*wanted.values(), *self._beside()], key=lambda head: head.load_id)
        for _, reading in groupby(heads, key=lambda head: head.reading):
            replay = Replay(self.spec, self.account_id)
            for head in reading:
                answers = self.lake.answers(Key.of(head))
                if head.load_id not in wanted:
                    replay.pass_over(answers)
                    continue
                try:
                    yield head, replay.load(head, answers)
                except ApiError as error:
                    yield head, error

    def _beside(self) -> list[Head]:
        """Loads that are not wanted, but were read together with some that are."""
        days = {head.read_at.date() for head in self._wanted.values()}
        readings = {head.reading for head in self._wanted.values()}
        near = [
            one.key
            for one in self._known
            if one.lake_object and one.load_id not in self._wanted and one.key.day in days
        ]
        return [head for head in read_heads(self.lake, near) if head.reading in readings]
