"""The triggerer's side of the sensors: look every now and then, without a worker slot."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from vitals.orchestration.connections import sources_to_watch
from vitals.orchestration.internet import obstacles
from vitals.orchestration.waiting import work_waiting


class NewWorkTrigger(BaseTrigger):
    """Fires with {"found": true} once there is work, or {"found": false} at the deadline.

    The deadline is an instant and not a duration: a triggerer that was restarted goes on with the
    same trigger and must not wait longer for it.
    """

    def __init__(self, deadline: str, poke_interval: float) -> None:
        super().__init__()
        self.deadline = deadline
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments: no connection in them, the triggerer looks those up."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {"deadline": self.deadline, "poke_interval": self.poke_interval}

    @abstractmethod
    async def look(self) -> Callable[[], Any]:
        """What is called, in a thread of its own, to see whether there is work."""

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until there is work or the deadline has come; always looks at least once."""
        is_there = await self.look()
        while not await asyncio.to_thread(is_there):
            left = _seconds_until(self.deadline)
            if left <= 0:
                yield TriggerEvent({"found": False})
                return
            await asyncio.sleep(min(self.poke_interval, left))
        yield TriggerEvent({"found": True})


class NewDocumentsTrigger(NewWorkTrigger):
    """Looks into MongoDB, and for loads that wait for stage."""

    async def look(self) -> Callable[[], bool]:
        """See `work_waiting`."""
        return partial(work_waiting, *await sources_to_watch())


class InternetConnectionTrigger(BaseTrigger):
    """Fires with {"unreachable": {host: reason}}: empty once all answer, else at the deadline.

    The operator has looked just before, so this begins with a pause. The last look is at the
    deadline, an instant for the same reason as above.
    """

    def __init__(self, hosts: list[str], deadline: str, poke_interval: float) -> None:
        super().__init__()
        self.hosts = hosts
        self.deadline = deadline
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments."""
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        return path, {
            "hosts": self.hosts,
            "deadline": self.deadline,
            "poke_interval": self.poke_interval,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look until there is nothing in the way or the deadline has come."""
        while True:
            left = _seconds_until(self.deadline)
            await asyncio.sleep(max(0.0, min(self.poke_interval, left)))
            found = await obstacles(self.hosts)
            if not found or left <= self.poke_interval:
                yield TriggerEvent({"unreachable": found})
                return
            self.log.info("still not reachable: %s", found)


def _seconds_until(instant: str) -> float:
    return (datetime.fromisoformat(instant) - datetime.now(UTC)).total_seconds()
