"""Settings of the stream, and what `make up` starts because of them."""

import re

import pytest

from vitals import settings
from vitals.embedded import supervisor
from vitals.setting_values import SettingError
from vitals.stream import settings as stream_settings
from vitals.stream.topic import client_settings

EXAMPLE = settings.PROJECT / ".env.example"


def test_what_begins_with_kafka_reaches_the_client():
    given = {
        "KAFKA__BOOTSTRAP_SERVERS": "kafka.example:9093",
        "KAFKA__SASL_USERNAME": "vitals",
        "STREAM__TOPIC": "pulse",
        "STREAM__FLUSH_SECONDS": "2.5",
    }
    chosen = stream_settings.read(given, 9092)
    assert (chosen.topic, chosen.flush_seconds, chosen.is_embedded) == ("pulse", 2.5, False)
    told = client_settings(chosen.client)
    assert told["bootstrap.servers"] == "kafka.example:9093"
    assert told["sasl.username"] == "vitals"


def test_without_settings_the_embedded_broker_is_meant():
    chosen = stream_settings.read({}, 19092)
    assert chosen.is_embedded and chosen.client == {"bootstrap.servers": "127.0.0.1:19092"}


@pytest.mark.parametrize("name", ["PARTITIONS", "FLUSH_EVENTS", "FLUSH_SECONDS", "FLUSH_MB"])
def test_a_size_of_nothing_is_refused(name):
    with pytest.raises(SettingError, match=f"STREAM__{name} must be more than 0"):
        stream_settings.read({f"STREAM__{name}": "0"}, 9092)


@pytest.mark.parametrize(
    ("environ", "started"),
    [
        ({}, set()),
        ({"VITALS_STREAM": "true"}, {"kafka", "stream-sink"}),
        ({"VITALS_STREAM": "true", "KAFKA__BOOTSTRAP_SERVERS": "k:9092"}, {"stream-sink"}),
    ],
)
def test_make_up_starts_the_stream_only_if_told(make_settings, environ, started):
    made = make_settings(**environ)
    names = {part.name for part in supervisor.parts(made, with_airflow=False)}
    assert names & {"kafka", "stream-sink"} == started
    assert {"kafka", "stream-sink"} <= {part.name for part in supervisor.all_parts(made)}


def test_defaults_in_the_example_are_the_defaults():
    shown = dict(re.findall(r"^#((?:STREAM__|VITALS_STREAM)\w*)=(.+)$", EXAMPLE.read_text(), re.M))
    assert len(shown) == 7
    assert stream_settings.read(shown, 9092) == stream_settings.read({}, 9092)
