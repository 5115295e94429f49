"""Answers of one reading -> the lake, each load's before its rows are written.

raw.loads names the object before it is there. A load that dies before its rows are committed leaves
an object that no row came from: the next reading of the account finds it by that name and deletes
it. So what the lake holds is what raw was made of, also when raw is lost.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from vitals.lake import owner
from vitals.lake.errors import LakeError, LoadIdTakenError
from vitals.lake.payload import Head
from vitals.lake.store import Key, Lake
from vitals.load.account_days import DaysRead
from vitals.load.tables import load_sql
from vitals.warehouse import only_row


@dataclass(frozen=True)
class LakeKeeper:
    """Keeps the answers of one reading of an account.

    Attributes:
        lake: where.
        connection: as the role loader, in autocommit.
        source: provider.
        account_id: whose account it is.
        reading: a mark of this reading.
        read_at: when it began.
    """

    lake: Lake
    connection: psycopg.Connection
    source: str
    account_id: str
    reading: str
    read_at: datetime

    @classmethod
    def open(
        cls, lake: Lake, connection: psycopg.Connection, source: str, account_id: str
    ) -> "LakeKeeper":
        """A keeper, once the objects of loads that died are gone.

        Raises:
            LakeError: the lake cannot be reached, or is another warehouse's.
        """
        owner.claim(connection, lake)
        keeper = cls(lake, connection, source, account_id, uuid.uuid4().hex, datetime.now(UTC))
        keeper.sweep()
        return keeper

    def keep(self, loads: list[tuple[int, DaysRead]]) -> None:
        """Keep what was delivered for some loads, whose rows are about to be written.

        Raises:
            LakeError: it cannot be kept.
        """
        for load_id, piece in loads:
            if piece.delivered is None:
                continue
            head = self._head(load_id, piece)
            name = {"load_id": load_id, "lake_object": str(Key.of(head))}
            self.connection.execute(load_sql("lake/note_object"), name)
            try:
                self.lake.put(head, piece.delivered.content(head))
            except LoadIdTakenError as error:
                self._forget([load_id])  # that object is not ours
                raise LakeError(f"{error}: {self._continue_numbers()}") from None

    def sweep(self) -> None:
        """Delete the objects of loads of the account that died before their rows were written."""
        values = {"account_id": self.account_id}
        dead = self.connection.execute(load_sql("lake/dead_objects"), values).fetchall()
        if dead:
            self.lake.delete(name for _, name in dead)
            self._forget([load_id for load_id, _ in dead])

    def _head(self, load_id: int, piece: DaysRead) -> Head:
        query = "select mode, run_id from raw.loads where load_id = %s"
        mode, run_id = only_row(self.connection.execute(query, [load_id]))
        assert piece.delivered
        return Head(
            load_id=load_id,
            source=self.source,
            resource=piece.resource,
            account_id=self.account_id,
            reading=self.reading,
            read_at=self.read_at,
            mode=mode,
            run_id=run_id,
            windows=piece.delivered.windows,
            position=piece.position,
        )

    def _forget(self, load_ids: list[int]) -> None:
        self.connection.execute(load_sql("lake/forget_objects"), {"load_ids": load_ids})

    def _continue_numbers(self) -> str:
        newest = max((key.load_id for key in self.lake.walk()), default=0)
        continue_numbers(self.connection, newest)
        return f"numbers of loads go on after {newest} from now on, so the next try works"


def continue_numbers(connection: psycopg.Connection, newest: int) -> None:
    """Let the numbers of new loads begin after `newest`, if they have not got there yet."""
    connection.execute(load_sql("lake/continue_numbers"), {"newest": newest})
