"""Reading ahead: the next item is made in a thread while the present one is being used."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")


@contextmanager
def read_ahead(items: Iterable[Item]) -> Iterator[Iterator[Item]]:
    """Iterate over `items` in a thread that stays ahead, but not far.

    One item waits and one is being made: memory stays bounded. An error of the iterable is raised
    where its item would have come. Leaving the block stops the thread after its present item.
    """
    reading = _Reading(items)
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
    def __init__(self, items: Iterable[Item]) -> None:
        self.items = items
        self.ready: queue.Queue[Item | _End] = queue.Queue(maxsize=1)
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

    def consume(self) -> Iterator[Item]:
        while True:
            item = self.ready.get()
            if not isinstance(item, _End):
                yield item
            elif item.error:
                raise item.error
            else:
                return
