"""kafka: the embedded broker of the stream (noida-db), and the sink that reads it.

The broker keeps its topics in memory and writes them to disk when it ends: `make down` loses
nothing, a power cut may lose what came last. For data that matters use Apache Kafka.
"""

import sys
import time
from functools import cached_property
from pathlib import Path

from vitals.embedded.packages import NOIDA_DB, install_environment
from vitals.embedded.service import NotReady, Service
from vitals.settings import S3_CONNECTION
from vitals.stream import settings as stream_settings
from vitals.stream.settings import StreamSettings

# A flush that waits for S3 may take so long.
_HEARTBEAT_SECONDS = 120.0


def settings_of(service: Service) -> StreamSettings:
    """The stream's settings, as a service sees them."""
    given = service.settings
    return stream_settings.read(given.environment, given.ports.kafka)


class Kafka(Service):
    """The broker; it knows no passwords and listens on loopback only."""

    name = "kafka"
    port_setting = "VITALS_KAFKA_PORT"
    stop_timeout = 60.0  # it writes everything to disk

    @property
    def port(self) -> int:
        """Port of the server."""
        return self.settings.ports.kafka

    @cached_property
    def _program(self) -> Path:
        python = install_environment(self.settings.packages, NOIDA_DB)
        return next(python.parents[1].glob("lib/python*/site-packages/noida_db/noida-db"))

    def command(self) -> list[str | Path]:
        """The server, with nothing but Kafka of what it can be."""
        place = ["--data-dir", str(self.folder / "data"), "--kafka-port", str(self.port)]
        return [self._program, "start", "--only", "kafka", *place]

    def check(self) -> None:
        """Ask for its topics."""
        from confluent_kafka import KafkaException  # most commands need no client
        from confluent_kafka.admin import AdminClient

        from vitals.stream.topic import client_settings

        own = client_settings(settings_of(self).client)
        own["bootstrap.servers"] = f"127.0.0.1:{self.port}"
        own["error_cb"] = bool  # while it starts, refused connections are no news
        admin = AdminClient(own)
        try:
            admin.list_topics(timeout=2)
        except KafkaException as error:
            raise NotReady(error.args[0].str()) from None

    def configure(self) -> None:
        """Make the topic."""
        from vitals.stream.topic import ensure_topic

        ensure_topic(settings_of(self))


class StreamSink(Service):
    """The sink, `python -m vitals.stream`."""

    name = "stream-sink"
    needs = ("kafka", "s3")
    stop_timeout = 60.0  # it writes what it has read

    @property
    def _heartbeat(self) -> Path:
        return self.folder / "heartbeat"

    def prepare(self) -> None:
        """Forget the heartbeat of an earlier one."""
        super().prepare()
        self._heartbeat.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        """The sink."""
        return [sys.executable, "-m", "vitals.stream", "--heartbeat", self._heartbeat]

    def environment(self) -> dict[str, str]:
        """Where its code is, and what it has to know; no password but that of S3."""
        given = self.settings.environment
        own = ("STREAM__", "KAFKA__", "VITALS_S3_", "AWS_", "SSL_")
        return {
            **super().environment(),
            **{name: given[name] for name in given if name.startswith(own)},
            "PYTHONPATH": str(self.settings.project / "plugins"),
            "VITALS_HOME": str(self.folder),  # nothing of the home is its business
            "VITALS_KAFKA_PORT": str(self.settings.ports.kafka),
            S3_CONNECTION: self.settings.s3_connection,
        }

    def check(self) -> None:
        """See whether it has been at work lately."""
        try:
            age = time.time() - self._heartbeat.stat().st_mtime
        except FileNotFoundError:
            raise NotReady("it has not begun to read") from None
        if age > _HEARTBEAT_SECONDS:
            raise NotReady(f"it has done nothing for {age:.0f} s")
