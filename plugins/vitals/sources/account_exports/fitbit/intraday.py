"""Heart rates, steps, energy and distance by second and minute: the bulk of an export.

A record is `{"dateTime": "01/15/24 08:30:05", "value": {"bpm": 74, "confidence": 3}}` or
`{"dateTime": "...", "value": "70"}`. Whether the times are UTC differs between archives, and
within one between streams; the survey of the import has found out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.sources.account_exports.context import Context, as_instants, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.json_records import Blocks
from vitals.sources.account_exports.shapes import HEART_RATES, MEASUREMENTS, Rows, Shape
from vitals.sources.account_exports.times import Times, parse_times
from vitals.sources.rejected import Rejected

_TIME = "dateTime"


@dataclass(frozen=True)
class Series:
    """One stream of samples.

    Attributes:
        stream: its name in file names, and in the bases of time.
        shape: of the rows.
        metric: in words of dim_metric, for measurements.
        scale: from the file's unit to ours.
        low: smallest value that can be right.
        high: largest one.
    """

    stream: str
    shape: Shape
    metric: str
    low: float
    high: float
    scale: float = 1.0


HEART_RATE = Series("heart_rate", HEART_RATES, "heart_rate", 25, 250)
STEPS = Series("steps", MEASUREMENTS, "step_count", 0, 1_000)
DISTANCE = Series("distance", MEASUREMENTS, "distance", 0, 10_000, scale=0.01)  # centimetres
CALORIES = Series("calories", MEASUREMENTS, "calories_burned_total", 0, 100)
SERIES = {series.stream: series for series in (HEART_RATE, STEPS, DISTANCE, CALORIES)}


@dataclass(frozen=True)
class Samples:
    """Samples of a block: written times, values in the file's unit, confidence if there is one."""

    times: pa.ChunkedArray
    values: np.ndarray
    confidence: np.ndarray | None


def read(file: ExportFile, context: Context, series: Series, stream: str) -> Iterator[Rows]:
    """The samples of one file, a block at a time.

    Args:
        file: the JSON file.
        context: clock and bases of time.
        series: what it holds.
        stream: name under which the basis of its times is known.
    """
    position = 0
    with file.open() as content:
        for block in Blocks(content, _TIME, (_TIME,)):
            rows = Rows(series.shape)
            records, samples = samples_of(block, rows, f"{file.path}#{position}")
            instants = partial(context.instants, stream)
            _add(rows, records, samples, instants, series, f"{file.path}#{position}+")
            position += len(block)
            yield rows


def samples_of(block: pa.Table | list[Any], rows: Rows, where: str) -> tuple[Any, Samples]:
    """The columns of a block, and the block itself without records of another form."""
    if isinstance(block, list):
        block = _well_formed(block, rows, where)
    value = block.column("value").combine_chunks() if "value" in block.column_names else None
    confidence = None
    if value is None:
        numbers = np.full(block.num_rows, np.nan)
    elif pa.types.is_struct(value.type):
        numbers = _numbers(_inside(value, "bpm"))
        if value.type.get_field_index("confidence") >= 0:
            confidence = _numbers(_inside(value, "confidence"))
    else:
        numbers = _numbers(value)
    return block, Samples(block.column(_TIME), numbers, confidence)


def _inside(value: pa.StructArray, name: str) -> pa.Array:
    if value.type.get_field_index(name) < 0:
        return pa.nulls(len(value), pa.float64())
    return pc.struct_field(value, name)


def _numbers(array: pa.Array) -> np.ndarray:
    """As floats; NaN where there is no number. Exports write numbers as text, too."""
    try:
        return array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return np.array([_number(item) for item in array.to_pylist()], dtype=np.float64)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _well_formed(records: list[Any], rows: Rows, where: str) -> pa.Table:
    """Records that Arrow refused as a block, those of the right form as a table again."""
    good: list[dict[str, Any]] = []
    for position, record in enumerate(records):
        time = record.get(_TIME) if isinstance(record, dict) else None
        if not isinstance(time, str):
            reason = "no record with dateTime and value: export the file again"
            rows.rejected.append(reject(f"{where}+{position}", record, reason, _TIME))
            continue
        value = record.get("value")
        inner = value if isinstance(value, dict) else {"bpm": value}
        good.append(
            {_TIME: time, "bpm": _number(inner.get("bpm")),
             "confidence": _number(inner.get("confidence"))}
        )  # fmt: skip
    numbers = {
        name: pa.array([item[name] for item in good], pa.float64())
        for name in ("bpm", "confidence")
    }
    value = pa.StructArray.from_arrays([*numbers.values()], names=[*numbers])
    times = pa.array([item[_TIME] for item in good], pa.string())
    return pa.table({_TIME: times, "value": value})


def _add(
    rows: Rows,
    block: pa.Table,
    samples: Samples,
    instants: Callable[[Times], np.ndarray],
    series: Series,
    where: str,
) -> None:
    times = parse_times(samples.times)
    has_value = np.isfinite(samples.values)
    scaled = samples.values * series.scale
    good = times.is_valid & has_value & (scaled >= series.low) & (scaled <= series.high)
    rows.rejected += _refused(block, np.flatnonzero(~good), times.is_valid, series, where)
    rows.table = _table(series, as_instants(instants(times)), scaled, samples.confidence).filter(
        pa.array(good)
    )


def _table(
    series: Series, instants: pa.Array, values: np.ndarray, confidence: np.ndarray | None
) -> pa.Table:
    count = len(instants)
    if series.shape is HEART_RATES:
        if confidence is None:
            grade = pa.nulls(count, pa.int16())
        else:
            known = np.nan_to_num(confidence, nan=0).astype(np.int16)
            grade = pa.array(known, pa.int16(), mask=np.isnan(confidence))
        columns = [instants, pa.array(values.astype(np.float32)), grade]
    else:
        columns = [
            pa.repeat(pa.scalar(series.metric), count),
            instants,
            pa.nulls(count, instants.type),
            pa.nulls(count, pa.date32()),
            pa.array(values, pa.float64()),
        ]
    return pa.Table.from_arrays(columns, schema=series.shape.columns)


def _refused(
    block: pa.Table, bad: np.ndarray, is_time: np.ndarray, series: Series, where: str
) -> list[Rejected]:
    found = []
    for position in bad.tolist():
        record = block.slice(position, 1).to_pylist()[0]
        if not is_time[position]:
            reason, name = "dateTime is no time such as 01/15/24 08:30:05", _TIME
        else:
            reason = f"value must be a number between {series.low:g} and {series.high:g}"
            name = "value"
        found.append(reject(f"{where}{position}", record, reason, name))
    return found
