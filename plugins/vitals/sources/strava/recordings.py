"""recordings: one activity -> its one-second streams and its laps.

A stream is one array per measure, so a recording becomes Arrow columns without a step per sample.
A stream that is no list of numbers as long as `time` is refused alone; so is a heart rate that
cannot be right, whose sample stays without it.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.spec import Fetched
from vitals.sources.rejected import Rejected, to_json
from vitals.sources.strava.answers import NotThereError
from vitals.sources.strava.connection import Connection
from vitals.sources.strava.shapes import LAP

LOWEST_BPM, HIGHEST_BPM = 25, 250
# Strava's name -> our column.
STREAMS: dict[str, tuple[str, pa.DataType]] = {
    "heartrate": ("heart_rate_bpm", pa.int16()),
    "distance": ("distance_m", pa.float64()),
    "velocity_smooth": ("speed_m_per_s", pa.float64()),
    "cadence": ("cadence_per_min", pa.float64()),
    "watts": ("power_w", pa.float64()),
    "altitude": ("altitude_m", pa.float64()),
    "moving": ("is_moving", pa.bool_()),
}
PLACE = "latlng"
STREAM_SCHEMA = pa.schema(
    [
        ("activity_id", pa.int64()),
        ("ts", INSTANT),
        ("local_date", pa.date32()),
        ("utc_offset_seconds", pa.int32()),
        ("elapsed_seconds", pa.int32()),
        *STREAMS.values(),
        ("latitude_deg", pa.float64()),
        ("longitude_deg", pa.float64()),
    ]
)
LAP_SCHEMA = pa.schema(
    [
        ("activity_id", pa.int64()),
        ("lap_index", pa.int16()),
        ("local_date", pa.date32()),
        ("start_ts", INSTANT),
        ("end_ts", INSTANT),
        ("moving_seconds", pa.int32()),
        ("distance_m", pa.float64()),
        ("elevation_gain_m", pa.float64()),
        ("mean_speed_m_per_s", pa.float64()),
        ("max_speed_m_per_s", pa.float64()),
        ("mean_heart_rate_bpm", pa.float64()),
        ("max_heart_rate_bpm", pa.float64()),
        ("mean_cadence_per_min", pa.float64()),
        ("mean_power_w", pa.float64()),
        ("start_index", pa.int32()),
        ("end_index", pa.int32()),
        ("extra", pa.string()),
    ]
)
LAP_KEY = ("activity_id", "lap_index")
LAP_COLUMNS = {
    "moving_seconds": "moving_time",
    "distance_m": "distance",
    "elevation_gain_m": "total_elevation_gain",
    "mean_speed_m_per_s": "average_speed",
    "max_speed_m_per_s": "max_speed",
    "mean_heart_rate_bpm": "average_heartrate",
    "max_heart_rate_bpm": "max_heartrate",
    "mean_cadence_per_min": "average_cadence",
    "mean_power_w": "average_watts",
    "start_index": "start_index",
    "end_index": "end_index",
}

Activities = list[dict[str, Any]]


def read_streams(
    api: Connection, activities: Activities, keep_location: bool, reading: Reading
) -> Fetched:
    """The recordings of activities; those entered by hand have none."""
    wanted = ["time", *STREAMS, *([PLACE] if keep_location else [])]
    tables = []
    for activity in sorted(activities, key=lambda row: row["activity_id"]):
        if activity["is_manual"]:
            continue
        path = f"/activities/{activity['activity_id']}/streams"
        answer = _of(api, reading, path, keys=",".join(wanted), key_by_type="true")
        if answer is None:
            continue
        streams = reading.whole(answer, dict)
        reading.note_unknown(streams, *wanted)
        table = _Recording(activity, streams, reading).table()
        if table is not None:
            tables.append(table)
    reading.fetched.rows = pa.concat_tables(tables) if tables else STREAM_SCHEMA.empty_table()
    return reading.fetched


def read_laps(api: Connection, activities: Activities, reading: Reading) -> Fetched:
    """The laps of activities."""
    rows = []
    for activity in activities:
        laps = _of(api, reading, f"/activities/{activity['activity_id']}/laps")
        if laps is not None:
            found = reading.take(LAP, reading.whole(laps), str(activity["activity_id"]))
            rows += [_lap(activity, lap) for lap in found.valid]
    return reading.finish(rows, LAP_SCHEMA, LAP_KEY)


def _of(api: Connection, reading: Reading, path: str, **parameters: Any) -> Any:
    """Something of an activity; None if there is none, such as one deleted a moment ago."""
    reading.fetched.responses += 1
    try:
        return api.get(path, **parameters)
    except NotThereError:
        return None


def _lap(activity: Mapping[str, Any], lap: Mapping[str, Any]) -> dict[str, Any]:
    start = lap["start_date"]
    return {
        "activity_id": activity["activity_id"],
        "lap_index": lap["lap_index"],
        "local_date": activity["local_date"],
        "start_ts": start,
        "end_ts": start + timedelta(seconds=lap["elapsed_time"]),
        **{ours: lap.get(theirs) for ours, theirs in LAP_COLUMNS.items()},
        "extra": LAP.extra(dict(lap)),
    }


class _Recording:
    """The streams of one activity on their way to rows."""

    def __init__(
        self, activity: Mapping[str, Any], streams: Mapping[str, Any], reading: Reading
    ) -> None:
        self._activity, self._streams, self._reading = activity, streams, reading
        self._length: int | None = None

    def table(self) -> pa.Table | None:
        """One row per second that was recorded; None without a usable time."""
        seconds = self._column("time", pa.int32())
        if seconds is None or not len(seconds):
            return None
        self._length = len(seconds)
        columns = {
            "activity_id": self._repeat("activity_id", pa.int64()),
            "ts": self._instants(seconds),
            "local_date": self._repeat("local_date", pa.date32()),
            "utc_offset_seconds": self._repeat("utc_offset_seconds", pa.int32()),
            "elapsed_seconds": seconds,
        }
        for name, (column, kind) in STREAMS.items():
            # What is no heart rate may be too large for the column, too.
            columns[column] = self._column(name, pa.int32() if name == "heartrate" else kind)
        columns["heart_rate_bpm"] = self._plausible(columns["heart_rate_bpm"], seconds)
        columns["latitude_deg"], columns["longitude_deg"] = self._places()
        arrays = [
            pa.nulls(self._length, item.type) if columns[item.name] is None else columns[item.name]
            for item in STREAM_SCHEMA
        ]
        return _in_order(pa.Table.from_arrays(arrays, schema=STREAM_SCHEMA))

    def _column(self, name: str, kind: pa.DataType) -> pa.Array | None:
        """The values of a stream; None if it was not recorded or is wrong."""
        if name not in self._streams:
            return None
        return self._checked(name, lambda data: pa.array(data, kind))

    def _places(self) -> tuple[pa.Array | None, pa.Array | None]:
        if PLACE not in self._streams:
            return None, None
        pairs = self._checked(PLACE, lambda data: pa.array(data, pa.list_(pa.float64(), 2)))
        if pairs is None:
            return None, None
        return pc.list_element(pairs, 0), pc.list_element(pairs, 1)

    def _checked(self, name: str, convert: Callable[[Any], pa.Array]) -> pa.Array | None:
        stream = self._streams[name]
        try:
            values = convert(stream["data"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            self._reject(name, f"{name} is wrong ({type(error).__name__})", to_json(stream))
            return None
        if name == "time" and values.null_count:
            self._reject(name, "time has gaps", to_json(stream))
            return None
        if self._length not in (None, len(values)):
            reason = f"{name} has {len(values)} values for {self._length} seconds"
            self._reject(name, reason, to_json(stream))
            return None
        return values

    def _plausible(self, bpm: pa.Array | None, seconds: pa.Array) -> pa.Array | None:
        """Heart rates without those that cannot be right, which are kept as rejected."""
        if bpm is None:
            return None
        wrong = pc.fill_null(pc.or_(pc.less(bpm, LOWEST_BPM), pc.greater(bpm, HIGHEST_BPM)), False)
        if not pc.any(wrong).as_py():
            return bpm.cast(pa.int16())
        pairs = [
            [second, value]
            for second, value in zip(
                seconds.filter(wrong).to_pylist(), bpm.filter(wrong).to_pylist(), strict=True
            )
        ]
        reason = (
            f"{len(pairs)} heart rates are not within {LOWEST_BPM} to {HIGHEST_BPM} bpm: "
            "their samples are kept without them"
        )
        self._reject("heartrate", reason, to_json({"seconds_and_bpm": pairs}), row_kept=True)
        return pc.if_else(wrong, pa.scalar(None, bpm.type), bpm).cast(pa.int16())

    def _reject(self, name: str, reason: str, payload: str, row_kept: bool = True) -> None:
        """Refuse a stream; without `time` the whole recording is lost."""
        reading, activity_id = self._reading, self._activity["activity_id"]
        record = f"{reading.account_id}/{reading.resource}/{activity_id}#{name}"
        kept = row_kept and name != "time"
        hint = "" if "kept" in reason else ": read the day again when Strava has corrected it"
        reading.fetched.rejected.append(Rejected(record, name, reason + hint, payload, kept))

    def _instants(self, seconds: pa.Array) -> pa.Array:
        start = np.datetime64(self._activity["start_ts"].replace(tzinfo=None), "us")
        return pa.array(
            start + seconds.to_numpy().astype("timedelta64[s]"), pa.timestamp("us")
        ).cast(INSTANT)

    def _repeat(self, column: str, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(self._activity[column], kind), self._length)


def _in_order(table: pa.Table) -> pa.Table:
    """Sorted by time; of samples with one time the last stays."""
    seconds = table["elapsed_seconds"].to_numpy()
    if np.all(seconds[1:] > seconds[:-1]):
        return table
    last = len(seconds) - 1 - np.unique(seconds[::-1], return_index=True)[1]
    return table.take(pa.array(last))
