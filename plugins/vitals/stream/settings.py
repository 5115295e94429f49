"""Environment -> which broker, which topic, and how the sink cuts the stream into objects."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.setting_values import SettingError, flag, number, whole_number

# KAFKA__SASL_USERNAME and so on are handed to the client library as sasl.username.
_CLIENT_PREFIX = "KAFKA__"


@dataclass(frozen=True)
class StreamSettings:
    """The stream's settings.

    Attributes:
        client: settings of librdkafka, bootstrap.servers among them.
        is_embedded: whether the broker is the embedded one.
        starts_with_up: whether `make up` starts the embedded broker and a sink.
        topic: of the events.
        partitions: of the topic, when it is made.
        group: consumer group of the sink.
        flush_events: so many events of a partition make an object.
        flush_seconds: or so much time since the first of them.
        flush_mb: or so much memory.
    """

    client: Mapping[str, str]
    is_embedded: bool = True
    starts_with_up: bool = False
    topic: str = "heart_rates"
    partitions: int = 4
    group: str = "vitals-lake"
    flush_events: int = 100_000
    flush_seconds: float = 60.0
    flush_mb: float = 16.0


def read(given: Mapping[str, str], embedded_port: int) -> StreamSettings:
    """The stream's settings of an environment (`Settings.environment`).

    Args:
        given: the environment.
        embedded_port: where the embedded broker listens.

    Raises:
        SettingError: a value cannot be used.
    """
    own = {
        _client_name(name): value
        for name, value in given.items()
        if name.startswith(_CLIENT_PREFIX)
    }
    usual = StreamSettings({})
    chosen = StreamSettings(
        client={"bootstrap.servers": f"127.0.0.1:{embedded_port}", **own},
        is_embedded="bootstrap.servers" not in own,
        starts_with_up=flag(given, "VITALS_STREAM", usual.starts_with_up),
        topic=given.get("STREAM__TOPIC", usual.topic),
        partitions=whole_number(given, "STREAM__PARTITIONS", usual.partitions),
        group=given.get("STREAM__GROUP", usual.group),
        flush_events=whole_number(given, "STREAM__FLUSH_EVENTS", usual.flush_events),
        flush_seconds=number(given, "STREAM__FLUSH_SECONDS", usual.flush_seconds),
        flush_mb=number(given, "STREAM__FLUSH_MB", usual.flush_mb),
    )
    for variable, value in (
        ("STREAM__PARTITIONS", chosen.partitions),
        ("STREAM__FLUSH_EVENTS", chosen.flush_events),
        ("STREAM__FLUSH_SECONDS", chosen.flush_seconds),
        ("STREAM__FLUSH_MB", chosen.flush_mb),
    ):
        if not value:
            raise SettingError(f"{variable} must be more than 0")
    return chosen


def _client_name(variable: str) -> str:
    """KAFKA__SASL_USERNAME as the client library calls it."""
    name = variable.removeprefix(_CLIENT_PREFIX).lower()
    return name if name == "log_level" else name.replace("_", ".")  # the one with an underscore
