"""FIT files of watches -> heart rates, sleeps, and the activity where nothing else tells it.

Garmin's own SDK decodes them. Three sorts matter: activities, with a record every second;
monitoring files, which hold the heart rate of a day with times of 16 bits that go on from the last
whole one; and nights (`fit_sleeps`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.context import Context, as_instants, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.fit_sleeps import read_sleeps
from vitals.sources.account_exports.shapes import ACTIVITIES, HEART_RATES, Rows
from vitals.sources.account_exports.times import MICROS
from vitals.sources.rejected import to_json

# Longer than any activity; a file of this size is no recording.
MOST_BYTES = 256 * 1024 * 1024
_FIT_EPOCH = 631_065_600

_SPORTS = {
    "running": "running", "cycling": "cycling", "walking": "walking", "hiking": "hiking",
    "swimming": "swimming", "rowing": "rowing", "kayaking": "kayaking",
    "cross_country_skiing": "cross_country_skiing", "alpine_skiing": "alpine_skiing",
    "snowboarding": "snowboarding", "inline_skating": "skating", "ice_skating": "skating",
    "rock_climbing": "climbing", "golf": "golf", "tennis": "racket_sport", "soccer": "ball_game",
    "basketball": "ball_game", "hiit": "interval_training", "dance": "dancing",
}  # fmt: skip
_SUB_SPORTS = {
    "treadmill": "treadmill_running", "trail": "trail_running", "indoor_cycling":
    "indoor_cycling", "spin": "indoor_cycling", "mountain": "mountain_biking",
    "strength_training": "strength_training", "yoga": "yoga", "pilates": "pilates",
    "elliptical": "elliptical", "stair_climbing": "stair_climbing", "open_water":
    "open_water_swimming", "indoor_rowing": "indoor_rowing", "breathing": "meditation",
}  # fmt: skip


def read(file: ExportFile, context: Context, with_activity: bool) -> Iterator[Rows]:
    """What one file holds.

    Args:
        file: the FIT file.
        context: clock, for the local day of an activity or a night.
        with_activity: whether the activity itself is wanted, too; an export's own list of
            activities has better ids.

    Raises:
        ValueError: it cannot be decoded.
    """
    messages = _decoded(file)
    yield _heart_rates(messages, file.path)
    yield read_sleeps(messages, file.path, context)
    if with_activity:
        yield _activities(messages, file.path, context)


def _decoded(file: ExportFile) -> dict[str, list[dict[str, Any]]]:
    from garmin_fit_sdk import Decoder, Stream

    with file.open() as content:
        data = content.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("a FIT file of over 256 MB is no recording")
    # Checking reads the stream to its end.
    if not Decoder(Stream.from_byte_array(bytearray(data))).check_integrity():
        raise ValueError("no whole FIT file: its checksum is wrong, download it again")
    decoder = Decoder(Stream.from_byte_array(bytearray(data)))
    messages, errors = decoder.read(expand_components=False, merge_heart_rates=False)
    if errors:
        raise ValueError(f"no whole FIT file ({errors[0]}): download it again")
    return messages  # type: ignore[return-value]  # the SDK types every kind; here names choose


def _heart_rates(messages: dict[str, list[dict[str, Any]]], path: str) -> Rows:
    samples = [
        (_seconds(one["timestamp"]), one["heart_rate"])
        for one in messages.get("record_mesgs", [])
        if "heart_rate" in one and isinstance(one.get("timestamp"), datetime)
    ]
    samples += _monitored(messages.get("monitoring_mesgs", []))
    rows = Rows(HEART_RATES)
    found = np.array(samples, dtype=np.int64).reshape(-1, 2)
    # 0 and 255 are how devices say that they have none.
    is_none = (found[:, 1] == 0) | (found[:, 1] == 255)
    good = (found[:, 1] >= 25) & (found[:, 1] <= 250)
    rows.without_value = int(is_none.sum())
    for bad in np.flatnonzero(~good & ~is_none).tolist():
        second, bpm = found[bad].tolist()
        where = f"{path}#{_moment(second).isoformat()}"
        rows.rejected.append(reject(where, {"bpm": bpm}, "bpm must be 25 to 250", "bpm"))
    kept = found[good]
    columns = [
        as_instants(kept[:, 0] * MICROS),
        pa.array(kept[:, 1].astype(np.float32)),
        pa.nulls(len(kept), pa.int16()),
    ]
    rows.table = pa.Table.from_arrays(columns, schema=HEART_RATES.columns)
    return rows


def _monitored(messages: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Heart rates of a monitoring file, their short times made whole."""
    found, last = [], None
    for one in messages:
        if isinstance(one.get("timestamp"), datetime):
            last = _seconds(one["timestamp"]) - _FIT_EPOCH
        elif last is not None and "timestamp_16" in one:
            last += (one["timestamp_16"] - last) & 0xFFFF
        if last is not None and "heart_rate" in one:
            found.append((last + _FIT_EPOCH, one["heart_rate"]))
    return found


def _activities(messages: dict[str, list[dict[str, Any]]], path: str, context: Context) -> Rows:
    rows, found = Rows(ACTIVITIES), []
    for number, session in enumerate(messages.get("session_mesgs", [])):
        start, length = session.get("start_time"), session.get("total_elapsed_time")
        if not isinstance(start, datetime) or not length or length < 0:
            reason = "a session needs start_time and total_elapsed_time"
            rows.rejected.append(reject(f"{path}#session{number}", _plain(session), reason))
            continue
        offset = context.clock.offset_at(_seconds(start))
        sport, sub_sport = str(session.get("sport")), str(session.get("sub_sport"))
        found.append(
            {
                "activity_id": f"fit:{start.isoformat()}",
                "local_date": (start + timedelta(seconds=offset)).date(),
                "start_ts": start,
                "end_ts": start + timedelta(seconds=float(length)),
                "activity_type": _SUB_SPORTS.get(sub_sport) or _SPORTS.get(sport, "other"),
                "activity_name": sport,
                "distance_m": session.get("total_distance"),
                "energy_kcal": session.get("total_calories"),
                "heart_rate_mean_bpm": session.get("avg_heart_rate"),
                "heart_rate_max_bpm": session.get("max_heart_rate"),
                "extra": to_json({"sub_sport": session.get("sub_sport")}),
            }
        )
    rows.table = pa.Table.from_pylist(found, schema=ACTIVITIES.columns)
    return rows


def _plain(session: dict[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in session.items()}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
