"""The topic of the events: made with as many partitions as wanted, and keeping what it gets."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from vitals.stream.errors import StreamError
from vitals.stream.settings import StreamSettings

log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 20.0
# Retention goes by the time of the messages, and what was measured last year may come today.
_KEEP = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


def ensure_topic(settings: StreamSettings) -> bool:
    """Make the topic unless it is there.

    Returns:
        Whether it was made.

    Raises:
        StreamError: the broker does not answer, or refuses.
    """
    try:
        admin = AdminClient(client_settings(settings.client))
        if settings.topic in admin.list_topics(timeout=_TIMEOUT_SECONDS).topics:
            return False
        replicas = -1 if not settings.is_embedded else 1  # -1: as the broker thinks best
        wanted = NewTopic(settings.topic, settings.partitions, replicas, config=_KEEP)
        admin.create_topics([wanted], operation_timeout=_TIMEOUT_SECONDS)[settings.topic].result(
            _TIMEOUT_SECONDS
        )
    except KafkaException as error:
        if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return False
        raise broker_error(settings, error) from None
    return True


def client_settings(own: Mapping[str, str]) -> dict[str, Any]:
    """What all clients are told, the user's own settings last."""
    # The library's own log has a line for each of its many tries; ours one in a while.
    return {"client.id": "vitals", "log_level": 0, "error_cb": _Complaints(), **own}


class _Complaints:
    """Logs what the client library reports, each kind once in a while; it goes on by itself."""

    def __init__(self, every_seconds: float = 30.0) -> None:
        self._every, self._told = every_seconds, dict[int, float]()

    def __call__(self, error: KafkaError) -> None:
        now = time.monotonic()
        if now - self._told.get(error.code(), -self._every) >= self._every:
            self._told[error.code()] = now
            log.warning("Kafka: %s", error.str())


def broker_error(settings: StreamSettings, error: KafkaException) -> StreamError:
    """An error of the client library in one line."""
    place = settings.client["bootstrap.servers"]
    hint = (
        "`vitals stream up` starts the embedded one"
        if settings.is_embedded
        else ("see KAFKA__BOOTSTRAP_SERVERS")
    )
    return StreamError(f"Kafka at {place}: {error.args[0].str()}: {hint}")
