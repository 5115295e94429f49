"""Nights in FIT files of watches: when each stage was, which Garmin's JSON does not say.

Two events enclose a night; between them lies a level for each stage, or for each minute, whose time
is its end. Garmin's public profile has no name for the event and none for the message that tells
the watch's local time, so that these are taken by their numbers. Naps have a message of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

from vitals.sources.account_exports.context import Context, reject
from vitals.sources.account_exports.shapes import SLEEPS, Rows
from vitals.sources.rejected import to_json

Message = dict[Any, Any]
Messages = dict[str, list[Message]]

_SLEEP_EVENT = 74
_SLEEP_DATA_INFO, _TIMESTAMP, _LOCAL_TIMESTAMP = "273", 253, 2
_ASLEEP = {"light", "deep", "rem"}
_LEVELS = _ASLEEP | {"awake"}  # an unmeasurable stretch leaves a gap
# How long the first level was where no event says when the night began.
_LEVEL_SECONDS = 60
_LARGEST_OFFSET, _OFFSET_STEP = 15 * 3_600, 900
_LONGEST_SECONDS = 24 * 3_600


@dataclass(frozen=True)
class _Level:
    """A stage that ended at `end`, in epoch seconds."""

    end: int
    name: str


def read_sleeps(messages: Messages, path: str, context: Context) -> Rows:
    """The nights and naps of one file.

    Args:
        messages: as the SDK has decoded them.
        path: of the file, for what is refused.
        context: clock, for the local day where the file does not tell it.
    """
    rows = Rows(SLEEPS)
    found: list[dict[str, Any]] = []
    stated, levels = _stated_offset(messages), _levels(messages)
    for number, (start, end) in enumerate(_nights(messages, levels)):
        if not 0 < end - start <= _LONGEST_SECONDS:
            span = {"start": _text(start), "end": _text(end)}
            reason = "a sleep needs a start and a later end within 24 hours"
            rows.rejected.append(reject(f"{path}#sleep{number}", span, reason))
            continue
        scores = _scores(messages) if not found else {}
        found.append(_row(start, end, _offset(stated, end, context), stated, levels, scores))
    for nap in messages.get("nap_event_mesgs", []):
        if not nap.get("is_deleted"):
            found += _nap(nap, path, context, rows)
    rows.table = pa.Table.from_pylist(found, schema=SLEEPS.columns)
    return rows


def _nights(messages: Messages, levels: Sequence[_Level]) -> Iterable[tuple[int, int]]:
    """Spans between events; one that lacks its end, or all events, reaches to the last level."""
    events = [
        (int(one["timestamp"].timestamp()), str(one.get("event_type")))
        for one in messages.get("event_mesgs", [])
        if one.get("event") == _SLEEP_EVENT and isinstance(one.get("timestamp"), datetime)
    ]
    if not events and levels:
        yield levels[0].end - _LEVEL_SECONDS, levels[-1].end
    start = None
    for at, kind in sorted(events, key=lambda event: event[0]):
        if kind == "start":
            start = at
        elif start is not None:
            yield start, at
            start = None
    if start is not None and levels and levels[-1].end > start:
        yield start, levels[-1].end


def _levels(messages: Messages) -> list[_Level]:
    """All levels in order; none where the watch only tells when it saw its wearer awake."""
    found = {
        int(one["timestamp"].timestamp()): str(one.get("sleep_level"))
        for one in messages.get("sleep_level_mesgs", [])
        if isinstance(one.get("timestamp"), datetime)
    }
    if not _ASLEEP & set(found.values()):
        return []
    return [_Level(end, found[end]) for end in sorted(found)]


def _row(
    start: int,
    end: int,
    offset: int,
    stated: int | None,
    levels: Sequence[_Level],
    scores: Message,
) -> dict[str, Any]:
    stages = _stages(start, end, levels)
    return {
        # Not the id of the same night in the JSON: what a person has edited there and what the
        # watch saw are both kept, and are one sleep downstream.
        "sleep_id": f"fit:{_text(start)}",
        "local_date": _local_date(end, offset),
        "start_ts": _moment(start),
        "end_ts": _moment(end),
        "utc_offset_seconds": stated,
        "sleep_type": "stages" if stages else None,
        "levels": to_json(stages) if stages else None,
        "extra": to_json(scores) if scores else None,
    }


def _stages(start: int, end: int, levels: Sequence[_Level]) -> list[dict[str, Any]]:
    """Levels within a night; minutes of the same level become one."""
    ends = [_Level(start, ""), *(one for one in levels if start < one.end <= end)]
    stages: list[dict[str, Any]] = []
    for before, level in pairwise(ends):
        if level.name not in _LEVELS:
            continue
        seconds, elapsed = level.end - before.end, before.end - start
        if before.name == level.name:
            stages[-1]["seconds"] += seconds
        else:
            stages.append({"elapsed_seconds": elapsed, "seconds": seconds, "level": level.name})
    return stages


def _nap(nap: Message, path: str, context: Context, rows: Rows) -> list[dict[str, Any]]:
    begun, ended = nap.get("start_time"), nap.get("end_time")
    if not isinstance(begun, datetime) or not isinstance(ended, datetime) or ended <= begun:
        plain = {str(name): str(value) for name, value in nap.items()}
        rows.rejected.append(reject(f"{path}#nap", plain, "a nap needs a start and a later end"))
        return []
    start, end = int(begun.timestamp()), int(ended.timestamp())
    minutes = nap.get("end_timezone_offset")
    stated = minutes * 60 if isinstance(minutes, int) else None
    return [_row(start, end, _offset(stated, end, context), stated, [], {"is_nap": True})]


def _stated_offset(messages: Messages) -> int | None:
    """What the watch's clock showed beyond UTC, if the file tells."""
    for one in messages.get(_SLEEP_DATA_INFO, []):
        at, local = one.get(_TIMESTAMP), one.get(_LOCAL_TIMESTAMP)
        if isinstance(at, int) and isinstance(local, int):
            offset = round((local - at) / _OFFSET_STEP) * _OFFSET_STEP
            if abs(offset) <= _LARGEST_OFFSET:
                return offset
    return None


def _offset(stated: int | None, at: int, context: Context) -> int:
    return context.clock.offset_at(at) if stated is None else stated


def _scores(messages: Messages) -> Message:
    """Garmin's scores of the night, by their names in the profile."""
    scores = next(iter(messages.get("sleep_assessment_mesgs", [])), {})
    return {name: value for name, value in scores.items() if isinstance(value, int | float)}


def _local_date(at: int, offset: int) -> date:
    return (_moment(at) + timedelta(seconds=offset)).date()


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def _text(second: int) -> str:
    return _moment(second).isoformat()
