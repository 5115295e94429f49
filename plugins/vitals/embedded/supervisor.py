"""supervisor: settings -> the embedded servers up, down, or described.

Every part says which others it needs; `up` starts each as soon as those are well and reports it.
"""

import contextlib
import fcntl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from pathlib import Path

from vitals.embedded.airflow import components
from vitals.embedded.airflow_environment import has_own_database
from vitals.embedded.api import HealthApi
from vitals.embedded.dashboard import Dashboard
from vitals.embedded.errors import EmbeddedError
from vitals.embedded.kafka import Kafka, StreamSink, settings_of
from vitals.embedded.mongodb import MongoDB
from vitals.embedded.s3 import S3
from vitals.embedded.schema import WarehouseSchema
from vitals.embedded.service import Part, Service
from vitals.embedded.simulator import ProviderSimulator
from vitals.embedded.timescaledb import TimescaleDB
from vitals.progress import Progress
from vitals.settings import Settings


def parts(settings: Settings, with_airflow: bool = True) -> list[Part]:
    """Everything `up` brings about, in the order of need.

    Left out are the servers whose connection the user set. With a warehouse of the user's own the
    embedded TimescaleDB is still there for Airflow's metadata, unless that has a place of its own.
    """
    own_metadata = not with_airflow or has_own_database(settings)
    found: list[Part] = []
    if "warehouse" not in settings.external or not own_metadata:
        found.append(TimescaleDB(settings))
    found.append(WarehouseSchema(settings))
    if "mongo" not in settings.external:
        found.append(MongoDB(settings))
    if "s3" not in settings.external:
        found.append(S3(settings))
    if settings.synthetic:
        found.append(ProviderSimulator(settings))
    found += [HealthApi(settings), Dashboard(settings)]
    if settings_of(StreamSink(settings)).starts_with_up:
        found += [part for part in stream_parts(settings) if not isinstance(part, S3)]
    return found + (components(settings) if with_airflow else [])


def stream_parts(settings: Settings) -> list[Part]:
    """What the heart-rate stream needs before the warehouse: broker, S3 and sink."""
    found: list[Part] = [StreamSink(settings)]
    if settings_of(StreamSink(settings)).is_embedded:
        found.append(Kafka(settings))
    if "s3" not in settings.external:
        found.append(S3(settings))
    return found


def started_by_hand(settings: Settings) -> list[Service]:
    """Servers that `make up` does not start and somebody has."""
    usual = {part.name for part in parts(settings)}
    own: list[Service] = [Kafka(settings), StreamSink(settings)]
    found = [one for one in own if one.name not in usual and one.record_file.exists()]
    # `make demo` starts it for itself: nothing misses it when it has died, and `up` leaves it be.
    simulator = ProviderSimulator(settings)
    if simulator.name not in usual and simulator.state() == "running":
        found.append(simulator)
    return found


def all_parts(settings: Settings) -> list[Part]:
    """Everything that may be running, also what a changed setting has left behind."""
    data = (
        TimescaleDB, MongoDB, S3, ProviderSimulator, HealthApi, Dashboard, Kafka, StreamSink,
    )  # fmt: skip
    return [*(server(settings) for server in data), *components(settings)]


def up(wanted: Sequence[Part], report: Progress) -> None:
    """Have all parts there and well; those that do not need each other at the same time.

    Raises:
        EmbeddedError: one of them cannot be; those that need it are not tried.
    """
    futures: dict[str, Future[None]] = {}

    def bring_about(part: Part) -> None:
        for need in part.needs:
            if need in futures:
                futures[need].result()
        begun = time.monotonic()
        done = part.up()
        where = f" on 127.0.0.1:{part.port}" if part.port else ""
        report(f"{part.name:<22} {done}{where} ({time.monotonic() - begun:.1f} s)")

    with ThreadPoolExecutor(max_workers=len(wanted)) as pool:
        for part in _needs_first(wanted):
            futures[part.name] = pool.submit(bring_about, part)
    failures = [error for future in futures.values() if (error := future.exception())]
    if failures:
        raise failures[0]


def down(wanted: Sequence[Part], report: Progress) -> None:
    """Stop all servers: first those that need others, then the others, each group at once."""
    services = [part for part in wanted if isinstance(part, Service)]

    def end(service: Service) -> None:
        if service.down():
            report(f"{service.name:<22} stopped")

    with ThreadPoolExecutor(max_workers=max(len(services), 1)) as pool:
        for group in ([s for s in services if s.needs], [s for s in services if not s.needs]):
            list(pool.map(end, group))


def _needs_first(wanted: Sequence[Part]) -> list[Part]:
    by_name = {part.name: part for part in wanted}
    needs = {part.name: [name for name in part.needs if name in by_name] for part in wanted}
    return [by_name[name] for name in TopologicalSorter(needs).static_order()]


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep two runs of `up` or `down` on one home from getting into each other's way."""
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                f"another `make up` or `make down` is at work in {home}: wait until it is done"
            ) from None
        yield
