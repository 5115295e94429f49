"""Messages of one partition -> columns, in bulk; what cannot be decoded is handed back as it came.

A whole batch is parsed at a time: JSON by Arrow, Avro by our own columnar reader. Only if that
fails, or does not give one event for each message, is the batch read message by message, to find
out which ones are wrong.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import fastavro
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from vitals.stream.avro_columns import NotPlainError, read_columns
from vitals.stream.encoding import AVRO_MARK, avro_header, avro_schema

EVENTS = pa.schema(
    {
        "kafka_offset": pa.int64(),
        "ts": pa.timestamp("us", "UTC"),
        "user_id": pa.string(),
        "heart_rate_bpm": pa.float32(),
        "activity_id": pa.string(),
        "latitude": pa.float64(),
        "longitude": pa.float64(),
    }
)
REFUSED = pa.schema({"kafka_offset": pa.int64(), "value": pa.binary(), "reason": pa.string()})

# An object belongs to an hour; the load is stricter, but these have none at all.
_FIRST_MS, _LAST_MS = 0, 7_258_118_400_000  # 1970 to 2200
_JSON = pa.schema(
    {
        "user_id": pa.string(),
        "heart_rate": pa.float64(),
        "timestamp": pa.int64(),
        "meta": pa.struct(
            {
                "activity_id": pa.string(),
                "location": pa.struct({"latitude": pa.float64(), "longitude": pa.float64()}),
            }
        ),
    }
)


Columns = dict[str, pa.Array | pa.ChunkedArray]


class Decoded(NamedTuple):
    """What became of messages: EVENTS, and REFUSED as delivered."""

    events: pa.Table
    refused: pa.Table


class UndecodableError(ValueError):
    """A message is no event; says why."""


def decode(offsets: Sequence[int], values: Sequence[bytes | None]) -> Decoded:
    """Decode messages of one partition.

    Args:
        offsets: where they stand in the partition, ascending.
        values: their values; None for a message without one.
    """
    whole = [value for value in values if value]
    columns = _in_bulk(whole) if len(whole) == len(values) else None
    return _placed(offsets, columns) if columns else _one_by_one(offsets, values)


def _in_bulk(values: Sequence[bytes]) -> Columns | None:
    """Columns of messages that are all of one format and as they should be; None if not."""
    columns: Columns | None
    if values[0].startswith(AVRO_MARK):
        try:
            columns = read_columns(values)
        except NotPlainError:
            return None
    elif values[0].startswith(b"{"):
        columns = _json_columns(values)
    else:
        return None
    return columns if columns and _is_placed(columns["timestamp"]) else None


def _json_columns(values: Sequence[bytes]) -> Columns | None:
    lines = b"\n".join(values)
    if lines.count(b"\n") != len(values) - 1:
        return None
    try:
        lines.decode()  # of which Arrow makes sure nowhere
        table = pj.read_json(
            pa.BufferReader(lines),
            pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
            pj.ParseOptions(explicit_schema=_JSON, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    if table.num_rows != len(values):
        return None
    meta = table["meta"]
    return {
        **{name: table[name] for name in ("user_id", "heart_rate", "timestamp")},
        "activity_id": pc.struct_field(meta, [0]),
        "latitude": pc.struct_field(meta, [1, 0]),
        "longitude": pc.struct_field(meta, [1, 1]),
    }


def _is_placed(milliseconds: pa.Array | pa.ChunkedArray) -> bool:
    """Whether all instants are there, and not far from today."""
    ends = pc.min_max(milliseconds, skip_nulls=False).as_py()
    return None not in ends.values() and ends["min"] >= _FIRST_MS and ends["max"] < _LAST_MS


def _placed(offsets: Sequence[int], columns: Columns) -> Decoded:
    instants = _instants(columns.pop("timestamp"))
    bpm = columns.pop("heart_rate").cast(pa.float32())
    places = {"kafka_offset": pa.array(offsets, pa.int64()), "ts": instants, "heart_rate_bpm": bpm}
    events = {**places, **columns}
    return Decoded(
        pa.table({name: events[name] for name in EVENTS.names}, schema=EVENTS),
        REFUSED.empty_table(),
    )


def _one_by_one(offsets: Iterable[int], values: Iterable[bytes | None]) -> Decoded:
    events: list[tuple] = []
    refused: list[tuple[int, bytes | None, str]] = []
    for offset, value in zip(offsets, values, strict=True):
        try:
            events.append((offset, *_event(value)))
        except UndecodableError as error:
            refused.append((offset, value, str(error)))
    columns = dict(zip(EVENTS.names, zip(*events, strict=True), strict=True)) if events else {}
    columns = {name: pa.array(columns.get(name, ()), _PLAIN[name]) for name in EVENTS.names}
    columns["ts"] = _instants(columns["ts"])
    names = REFUSED.names
    rows = [dict(zip(names, row, strict=True)) for row in refused]
    return Decoded(pa.table(columns, schema=EVENTS), pa.Table.from_pylist(rows, schema=REFUSED))


_PLAIN = {**{field.name: field.type for field in EVENTS}, "ts": pa.int64()}


def _event(value: bytes | None) -> tuple:
    """The columns of one message, the instant in milliseconds."""
    event = _parsed(value)
    meta = _member(event, "meta", dict) or {}
    place = _member(meta, "location", dict) or {}
    return (
        _milliseconds(event.get("timestamp")),
        _member(event, "user_id", str),
        _member(event, "heart_rate", int | float),
        _member(meta, "activity_id", str),
        _member(place, "latitude", int | float),
        _member(place, "longitude", int | float),
    )


def _parsed(value: bytes | None) -> dict[str, Any]:
    if value is None:
        raise UndecodableError("the message has no value")
    if value.startswith(AVRO_MARK):
        return _from_avro(value)
    try:
        event = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise UndecodableError(f"neither JSON nor Avro: {error}") from None
    if not isinstance(event, dict):
        raise UndecodableError(f"a JSON object is expected, not {type(event).__name__}")
    return event


def _from_avro(value: bytes) -> dict[str, Any]:
    header = avro_header()
    if not value.startswith(header):
        raise UndecodableError(
            f"Avro with schema {value[2:10].hex()}, but only {header[2:].hex()} is known"
        )
    stream = io.BytesIO(value)
    stream.seek(len(header))
    try:
        event = fastavro.schemaless_reader(stream, avro_schema(), None)
    except (EOFError, ValueError, IndexError, KeyError, TypeError, OverflowError) as error:
        kind = type(error).__name__  # its text may differ from one reading to the next
        raise UndecodableError(f"Avro that breaks off or is damaged ({kind})") from None
    if stream.tell() != len(value):
        raise UndecodableError(f"Avro with {len(value) - stream.tell()} bytes too many")
    assert isinstance(event, dict), "the schema is one of a record"
    return event


def _member(holder: dict[str, Any], name: str, kind: Any) -> Any:
    """A value of the right type, or None where there is none."""
    found = holder.get(name)
    if found is None or (isinstance(found, kind) and not isinstance(found, bool)):
        return found
    raise UndecodableError(f"{name} must not be {type(found).__name__}")


def _milliseconds(found: Any) -> int:
    """An instant as milliseconds, from a number of them or ISO 8601.

    Raises:
        UndecodableError: it is none, or is nowhere near today.
    """
    if isinstance(found, str):
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            raise UndecodableError(f"timestamp {found[:40]!r} is not ISO 8601") from None
        if moment.tzinfo is None:
            raise UndecodableError(f"timestamp {found!r} has no time zone")
        found = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    if not isinstance(found, int | float) or isinstance(found, bool):
        raise UndecodableError("timestamp is missing" if found is None else "timestamp is no time")
    if not _FIRST_MS <= found < _LAST_MS:
        raise UndecodableError(f"timestamp {found} is not in milliseconds from 1970 to 2199")
    return round(found)


def _instants(milliseconds: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return milliseconds.cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("us", "UTC"))
