"""audit: answers -> the book of accesses (api.accesses), written before they leave.

Requests that end at the same time share one insert and one commit: at a few hundred requests a
second a commit for each would cost more than the answers themselves.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass

import psycopg
from psycopg.conninfo import make_conninfo

from vitals.api.problems import Problem
from vitals.api.statements import statement

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
GATHER_SECONDS = 0.003


@dataclass(frozen=True)
class Access:
    """One answer: who asked for what, and how much went out. No values."""

    token_id: int
    route: str
    participant_id: str | None
    query: str
    media_type: str | None
    status: int
    row_count: int | None


class Book:
    """Writes accesses; `open()` and `close()` belong to the life of the application."""

    def __init__(self, dsn: str) -> None:
        """Connects to nothing yet."""
        self._dsn = make_conninfo(dsn, application_name="vitals api audit")
        self._waiting: asyncio.Queue[tuple[Access, asyncio.Future[int]]] = asyncio.Queue()
        self._connection: psycopg.AsyncConnection | None = None
        self._writer: asyncio.Task[None] | None = None
        self._alone = asyncio.Lock()  # one statement at a time on the connection
        self._ends: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to write."""
        self._writer = asyncio.create_task(self._write_all())

    async def close(self) -> None:
        """End, once the ends of all streams are written; no request can be waiting any more."""
        if self._ends:
            await asyncio.wait(self._ends, timeout=5)
        if self._writer:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        if self._connection:
            await self._connection.close()

    async def record(self, access: Access) -> int:
        """Write an access down and wait until that is committed; returns its number.

        Raises:
            Problem: it cannot be written, so the answer must not leave.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((access, future))
        return await future

    async def end(self, access_id: int, row_count: int) -> None:
        """Note that a stream has ended; if that fails, the log says so."""
        row = {"access_id": access_id, "row_count": row_count}
        try:
            async with self._alone:
                await (await self._connected()).execute(statement("end_stream"), row)
        except psycopg.Error as error:
            log.warning("the end of access %d is not in the book: %s", access_id, error)

    def keep(self, end: asyncio.Task[None]) -> None:
        """Hold on to a task that writes the end of a stream until it is done."""
        self._ends.add(end)
        end.add_done_callback(self._ends.discard)

    async def _write_all(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while len(batch) < MOST_AT_ONCE and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                numbers = await self._insert([access for access, _ in batch])
            except Exception as error:  # whatever it is: all who come later wait for this task
                log.warning("the book of accesses cannot be written: %s", error)
                self._refuse([future for _, future in batch])
            else:
                for (_, future), number in zip(batch, numbers, strict=True):
                    if not future.done():  # whoever waited may have gone
                        future.set_result(number)

    async def _insert(self, accesses: list[Access]) -> list[int]:
        rows = [asdict(access) for access in accesses]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        for is_last_try in (False, True):
            try:
                async with self._alone:
                    connection = await self._connected()
                    cursor = await connection.execute(statement("record_accesses"), columns)
                    return [row[0] for row in await cursor.fetchall()]
            except psycopg.OperationalError:  # the warehouse was restarted since
                if is_last_try:
                    raise
        raise AssertionError

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True)
        return self._connection

    @staticmethod
    def _refuse(futures: list[asyncio.Future[int]]) -> None:
        for future in futures:
            if not future.done():
                waiting = {"Retry-After": "5"}
                future.set_exception(
                    Problem(503, "the warehouse cannot be reached at the moment", waiting)
                )
