"""Events of an object -> rows for raw.stream__heart_rates, and what is refused, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.sources.iot.rules import HEART_RATES, YEAR_2000_MICROS
from vitals.sources.rejected import Rejected, to_json
from vitals.stream.decoding import EVENTS
from vitals.stream.objects import StreamKey

ROWS = pa.schema([("topic", pa.string()), ("kafka_partition", pa.int32()), *EVENTS])

_BPM = HEART_RATES.value
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Checked:
    """Rows that may be stored, and records that were refused."""

    rows: pa.Table
    rejected: list[Rejected] = field(default_factory=list)


def check(key: StreamKey, content: pa.Table, now: datetime) -> Checked:
    """Check the events of an object.

    Args:
        key: its name.
        content: its columns: events, or messages that could not be decoded.
        now: events more than a day after it cannot be right.
    """
    if key.hour is None:
        return Checked(ROWS.empty_table(), [*_undecodable(key, content)])
    wrong = pa.array(np.zeros(content.num_rows, dtype=bool))
    rejected: list[Rejected] = []
    for name, mask, reason in _problems(content, now):
        bad = pc.and_(pc.fill_null(mask, True), pc.invert(wrong))
        if pc.any(bad).as_py():
            rejected += [
                Rejected(_record_id(key, row), name, reason, to_json(_event(row)))
                for row in content.filter(bad).to_pylist()
            ]
            wrong = pc.or_(wrong, bad)
    if rejected:
        content = content.filter(pc.invert(wrong))
    content, misplaced = _without_misplaced(key, content)
    columns = {
        "topic": pa.repeat(pa.scalar(key.topic), content.num_rows),
        "kafka_partition": pa.repeat(pa.scalar(key.partition, pa.int32()), content.num_rows),
        **{name: content[name] for name in content.column_names},
    }
    return Checked(pa.table(columns, schema=ROWS), rejected + misplaced)


def _problems(events: pa.Table, now: datetime) -> Iterator[tuple[str, Any, str]]:
    """What may be wrong with an event: field, where, and the sentence; the first one counts."""
    user, bpm, instants = (events[name] for name in ("user_id", "heart_rate_bpm", "ts"))
    yield "user_id", pc.equal(pc.utf8_length(user), 0), "user_id is missing"
    yield "heart_rate", pc.is_null(bpm), "heart_rate is missing"
    yield (
        "heart_rate",
        pc.invert(pc.and_(pc.greater_equal(bpm, _BPM.low), pc.less_equal(bpm, _BPM.high))),
        f"heart_rate must be from {_BPM.low:g} to {_BPM.high:g} {_BPM.unit}",
    )
    micros = instants.cast(pa.int64())
    yield "timestamp", pc.less(micros, YEAR_2000_MICROS), "timestamp is before the year 2000"
    latest = pa.scalar((now + _DAY).astimezone(UTC), pa.timestamp("us", "UTC"))
    yield "timestamp", pc.greater(instants, latest), "timestamp is more than a day in the future"


def _without_misplaced(key: StreamKey, events: pa.Table) -> tuple[pa.Table, list[Rejected]]:
    """Events without places that are not on earth; the rest of such an event stays."""
    somewhere = pc.and_(
        pc.less_equal(pc.abs(events["latitude"]), 90.0),
        pc.less_equal(pc.abs(events["longitude"]), 180.0),
    )
    nowhere = pc.and_(pc.is_null(events["latitude"]), pc.is_null(events["longitude"]))
    wrong = pc.invert(pc.or_(pc.fill_null(somewhere, False), nowhere))
    if not pc.any(wrong).as_py():
        return events, []
    reason = "latitude must be from -90 to 90 and longitude from -180 to 180, both or neither"
    rejected = [
        Rejected(_record_id(key, row), "location", reason, to_json(_event(row)), row_kept=True)
        for row in events.filter(wrong).to_pylist()
    ]
    for name in ("latitude", "longitude"):
        kept = pc.if_else(wrong, pa.scalar(None, pa.float64()), events[name])
        events = events.set_column(events.column_names.index(name), name, kept)
    return events, rejected


def _undecodable(key: StreamKey, messages: pa.Table) -> Iterator[Rejected]:
    for row in messages.to_pylist():
        value = row["value"]
        try:
            told = value if value is None else value.decode()
        except UnicodeDecodeError:
            told = value.hex()
        yield Rejected(_record_id(key, row), None, row["reason"], to_json({"value": told}))


def _record_id(key: StreamKey, row: dict[str, Any]) -> str:
    return f"{key.topic}/{key.partition}/{row['kafka_offset']}"


def _event(row: dict[str, Any]) -> dict[str, Any]:
    """An event as it was sent, apart from its encoding."""
    place = {"latitude": row["latitude"], "longitude": row["longitude"]}
    return {
        "user_id": row["user_id"],
        "heart_rate": row["heart_rate_bpm"],
        "timestamp": row["ts"],
        "meta": {"activity_id": row["activity_id"], "location": place},
    }
