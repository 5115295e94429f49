"""`python -m vitals.stream`: the sink as a service; SIGTERM ends it after what it has read."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from vitals import settings as configuration
from vitals.lake.errors import LakeError
from vitals.lake.store import Lake
from vitals.progress import say
from vitals.setting_values import SettingError
from vitals.settings import Settings
from vitals.stream import settings as stream_settings
from vitals.stream.errors import StreamError
from vitals.stream.lake import StreamLake
from vitals.stream.sink import Sink, Written
from vitals.stream.topic import ensure_topic


def run_sink(settings: Settings, drains: bool = False, heartbeat: Path | None = None) -> Written:
    """Read the topic into the lake until SIGTERM or SIGINT, or to its end.

    Args:
        settings: of the project.
        drains: end when everything that there is was read.
        heartbeat: a file to touch while it is at work.

    Raises:
        StreamError, LakeError: the broker or the lake cannot be used.
    """
    chosen = stream_settings.read(settings.environment, settings.ports.kafka)
    ensure_topic(chosen)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    sink = Sink(chosen, StreamLake(Lake.of(settings)), stopping, drains, say)
    if heartbeat:
        sink.beat = heartbeat.touch
    return sink.run()


def main() -> None:
    """Run the sink; an error that a person can act on is one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m vitals.stream", description=__doc__)
    parser.add_argument("--heartbeat", type=Path, help="file to touch while it is at work")
    given = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    try:
        run_sink(configuration.load(), heartbeat=given.heartbeat)
    except (StreamError, LakeError, SettingError) as error:
        sys.exit(f"vitals: {error}")


if __name__ == "__main__":
    main()
