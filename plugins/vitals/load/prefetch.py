"""Reading ahead: the next items are made in a thread while the present ones are being used."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")


@contextmanager
def read_ahead(items: Iterable[Item], most: int = 1) -> Iterator[Iterator[list[Item]]]:
    """Iterate over `items` in a thread that stays ahead; yields lists of those that are ready.

    At most `most` items wait and one is being made, so that what they hold stays bounded. An error
    of the iterable is raised where its item would have come. Leaving the block stops the thread
    after its present item.
    """
    reading = _Reading(items, most)
    thread = threading.Thread(target=reading.produce, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield reading.consume()
    finally:
        reading.stopped.set()
        thread.join()


class _End:
    """What follows the last item: nothing, or the error that ended the iteration."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


class _Reading(Generic[Item]):
    def __init__(self, items: Iterable[Item], most: int) -> None:
        self.items = items
        self.ready: queue.Queue[Item | _End] = queue.Queue(maxsize=most)
        self.stopped = threading.Event()

    def produce(self) -> None:
        end = _End()
        try:
            for item in self.items:
                if not self._offer(item):
                    return
        except BaseException as error:
            end = _End(error)
        self._offer(end)

    def _offer(self, item: Item | _End) -> bool:
        """Wait until the consumer takes something; False if it has gone."""
        while not self.stopped.is_set():
            try:
                self.ready.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def consume(self) -> Iterator[list[Item]]:
        end = None
        while end is None:
            items, end = self._take()
            if items:
                yield items
        if end.error:
            raise end.error

    def _take(self) -> tuple[list[Item], _End | None]:
        """Wait for one item and take what else is there, and the end if it follows."""
        items: list[Item] = []
        found = self.ready.get()
        while not isinstance(found, _End):
            items.append(found)
            try:
                found = self.ready.get_nowait()
            except queue.Empty:
                return items, None
        return items, found
