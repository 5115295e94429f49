"""raw.loads and the lake: which loads a warehouse has, and rows that give way to a replay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from vitals.lake.payload import Head
from vitals.lake.store import Key
from vitals.load.account_days import DaysRead
from vitals.load.books import Books
from vitals.load.tables import load_sql
from vitals.sources._api.spec import ApiSpec, DateWindow, Fetched, Resource
from vitals.warehouse import only_row, only_value


@dataclass(frozen=True)
class Known:
    """A load of an account that the warehouse knows; see `LakeLoads.of_account`."""

    load_id: int
    resource: str
    lake_object: str | None
    documents_read: int

    @property
    def is_in_lake(self) -> bool:
        """Whether it can be made again; one that received nothing need not be."""
        return self.lake_object is not None or not self.documents_read

    @property
    def key(self) -> Key:
        """Its object."""
        key = Key.parse(self.lake_object or "")
        assert key
        return key


@dataclass(frozen=True)
class KnownObject:
    """An object that raw.loads names: whose it is, and whether its load is whole."""

    account_id: str
    is_finished: bool


@dataclass
class Renewal:
    """Rows of one resource that were deleted to be made again.

    The loads that make them again keep their numbers, which the layers downstream have seen. So the
    changed days are noted once more, by a load of their own.
    """

    books: Books
    load_id: int
    spec: Resource

    def note(self, replayed: Sequence[int]) -> None:
        """Note the days that loads have touched, before they count as done and are left alone."""
        values = {"load_id": self.load_id, "resource": self.spec.name, "replayed": list(replayed)}
        self.books.connection.execute(load_sql("lake/note_days"), values)

    def finish(self) -> None:
        """Close the load, once everything is made again."""
        query = "select first_date, last_date from raw.loads where load_id = %s"
        days = only_row(self.books.connection.execute(query, [self.load_id]))
        self.books.finish(self.load_id, DaysRead.of(self.spec, DateWindow(*days), Fetched()))


class LakeLoads:
    """What a warehouse knows of the loads in the lake."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def now(self) -> datetime:
        """The present instant by the clock that says when a load was made again."""
        return only_value(self._connection.execute("select clock_timestamp()"))

    def of_objects(
        self, keys: Iterable[Key], made_since: datetime | None = None
    ) -> dict[str, KnownObject]:
        """What the warehouse knows of some objects, by name.

        Args:
            keys: the objects.
            made_since: count as finished only what was made again since then.
        """
        values = {"load_ids": [key.load_id for key in keys], "made_since": made_since}
        rows = self._connection.execute(load_sql("lake/known_objects"), values)
        return {name: KnownObject(*known) for name, *known in rows}

    def of_account(self, account_id: str, wanted: Iterable[int]) -> list[Known]:
        """Loads of an account that the warehouse has, oldest first.

        Args:
            account_id: whose loads.
            wanted: numbers of loads to be made again, which count also if they stored nothing.
        """
        values = {"account_id": account_id, "wanted": list(wanted)}
        rows = self._connection.execute(load_sql("lake/known_loads"), values)
        return [Known(*row) for row in rows]

    def renew(
        self,
        books: Books,
        spec: ApiSpec,
        name: str,
        first: int,
        account_id: str,
        run_id: str | None,
    ) -> Renewal:
        """Delete what an account's loads from `first` on have stored of a resource."""
        resource = spec.resource(name)
        values = {"account_id": account_id, "resource": name, "first": first}
        first_day, last_day = only_row(
            self._connection.execute(load_sql("lake/days_since"), values)
        )
        load_id = books.start(name, "full", (None, None), run_id, (first_day, last_day))
        instant = f"stored.{resource.time}" if resource.time else "null"
        if resource.time is None and resource.keeps == "days":
            instant = "(stored.local_date + time '12:00') at time zone 'UTC'"
        fragments = {
            "table": spec.table(resource),
            "first_ts": f"coalesce({instant}, timestamptz '-infinity')",
            "last_ts": f"coalesce({self._end(resource, instant)}, timestamptz 'infinity')",
        }
        query = load_sql("lake/delete_since").format(**fragments)
        with self._connection.transaction():
            self._connection.execute(query, {**values, "load_id": load_id})
            self._connection.execute(load_sql("lake/reopen_loads"), values)
        return Renewal(books, load_id, resource)

    def restore_times(self, spec: ApiSpec, heads: Sequence[Head]) -> None:
        """Versions were first seen when they were read, not when they were made again.

        To be called before the loads count as done: downstream a time zone is in force from that
        instant on.
        """
        for name in {head.resource for head in heads}:
            resource = spec.resource(name)
            if resource.keeps == "versions":
                mine = [head for head in heads if head.resource == name]
                values = {
                    "account_id": mine[0].account_id,
                    "load_ids": [head.load_id for head in mine],
                }
                query = load_sql("lake/restore_times").format(table=spec.table(resource))
                self._connection.execute(query, values)

    @staticmethod
    def _end(resource: Resource, instant: str) -> str:
        return f"stored.{resource.end_time}" if resource.end_time else instant
