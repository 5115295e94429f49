"""Columns of events -> messages, as JSON or Avro; include/schemas says what is in them.

Avro messages are in Avro's single-object encoding: two marker bytes, the fingerprint of the schema,
then the values. So a reader knows the format and the schema of each message without a registry.
"""

import io
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.compute as pc
from fastavro.schema import fingerprint, to_parsing_canonical_form

SCHEMA_FILE = Path(__file__).resolve().parents[3] / "include" / "schemas" / "heart_rate.avsc"
FORMATS = ("json", "avro")
AVRO_MARK = b"\xc3\x01"


@cache
def avro_schema() -> Any:
    """The schema of the events, parsed; instants stay numbers, which is quicker both ways."""
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    for field in schema["fields"]:
        if isinstance(field["type"], dict):
            field["type"].pop("logicalType", None)
    return fastavro.parse_schema(schema)


@cache
def avro_header() -> bytes:
    """What every Avro message begins with: the marker and the fingerprint (CRC-64-AVRO)."""
    # The canonical form leaves out what is not encoded, so the file has the same fingerprint.
    return AVRO_MARK + bytes.fromhex(
        fingerprint(to_parsing_canonical_form(avro_schema()), "CRC-64-AVRO")
    )


def encode(events: pa.Table, form: str) -> Sequence[bytes | str]:
    """The messages of events.

    Args:
        events: columns of `vitals.synthetic.heart_events`.
        form: "json" or "avro".
    """
    return _as_json(events) if form == "json" else _as_avro(events)


def _as_json(events: pa.Table) -> list[str]:
    """Put together column by column; ids of the cohort need no escaping."""

    def text(name: str) -> pa.ChunkedArray:
        return events[name].cast(pa.string())

    pieces = (
        '{"user_id":"', text("user_id"),
        '","heart_rate":', text("heart_rate"),
        ',"timestamp":', text("ts_ms"),
        ',"meta":{"activity_id":"', text("activity_id"),
        '","location":{"latitude":', text("latitude"),
        ',"longitude":', text("longitude"),
        "}}}", "",
    )  # fmt: skip
    return pc.binary_join_element_wise(*pieces).to_pylist()


def _as_avro(events: pa.Table) -> list[bytes]:
    schema, header, messages = avro_schema(), avro_header(), []
    for user, bpm, ts_ms, activity, latitude, longitude in zip(
        *(column.to_pylist() for column in events.columns), strict=True
    ):
        message = io.BytesIO()
        message.write(header)
        location = {"latitude": latitude, "longitude": longitude}
        meta = {"activity_id": activity, "location": location}
        event = {"user_id": user, "heart_rate": bpm, "timestamp": ts_ms, "meta": meta}
        fastavro.schemaless_writer(message, schema, event)
        messages.append(message.getvalue())
    return messages
