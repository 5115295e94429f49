"""supervisor: settings -> the embedded servers up, down, or described.

A server whose connection the user set is left out. Servers that do not need each other start at
the same time; each reports when it is well.
"""

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from vitals.embedded.errors import EmbeddedError
from vitals.embedded.mongodb import MongoDB
from vitals.embedded.s3 import S3
from vitals.embedded.service import Service
from vitals.embedded.timescaledb import TimescaleDB
from vitals.settings import Settings

Report = Callable[[str], None]


def servers(settings: Settings) -> list[Service]:
    """The embedded servers of data: those whose connection the user did not set."""
    return [
        service(settings)
        for system, service in (("warehouse", TimescaleDB), ("mongo", MongoDB), ("s3", S3))
        if system not in settings.external
    ]


def up(services: Sequence[Service], report: Report) -> None:
    """Have the services running and well, in the order of their needs.

    Raises:
        EmbeddedError: one of them cannot be started; those that need it are not tried.
    """
    names = {service.name for service in services}
    futures: dict[str, Future[None]] = {}

    def bring_up(service: Service) -> None:
        for need in service.needs:
            if need in names:
                futures[need].result()
        begun = time.monotonic()
        done = service.up()
        where = f" on 127.0.0.1:{service.port}" if service.port else ""
        seconds = "" if done == "running" else f" in {time.monotonic() - begun:.1f} s"
        report(f"{service.name:<22} {done}{seconds}{where}")

    with ThreadPoolExecutor(max_workers=max(len(services), 1)) as pool:
        for service in services:  # needs come first in the list
            futures[service.name] = pool.submit(bring_up, service)
        failures = [f.exception() for f in futures.values() if f.exception()]
    if failures:
        raise failures[0]


def down(services: Sequence[Service], report: Report) -> None:
    """Stop the services, those that need others first."""
    for service in reversed(services):
        if service.down():
            report(f"{service.name:<22} stopped")


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep two runs of `up` or `down` on one home from getting into each other's way."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"another `make up` or `make down` is at work in {home}: wait until it is done"
            ) from None
        yield
