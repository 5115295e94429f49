"""Values with an instant: `<metric>_YYYY-MM-DD.csv` with timestamp, value and data source.

Several data sources (band, phone, Health Connect) may state the same minute; of rows with one
instant the larger value stays. Daily files write the local date as midnight with a Z.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.context import Context, as_instants, reject
from vitals.sources.account_exports.csv_columns import CsvBlocks, column, numbers
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import (
    DAILY_VALUES,
    HEART_RATES,
    MEASUREMENTS,
    Rows,
    Shape,
)
from vitals.sources.account_exports.times import MICROS, Times, parse_times

_DAY_MICROS = 86_400 * MICROS


@dataclass(frozen=True)
class Values:
    """What a file of samples holds.

    Attributes:
        metric: in words of dim_metric.
        column: name of the column with the value, or how it begins, in lower case.
        shape: of the rows.
        low: smallest value that can be right.
        high: largest one.
        scale: from the file's unit to ours.
        placeholders: values that stand for none.
        has_local_date: whether the local date is wanted, which the clock tells.
    """

    metric: str
    column: str
    shape: Shape
    low: float
    high: float
    scale: float = 1.0
    placeholders: tuple[float, ...] = ()
    has_local_date: bool = False


HEART_RATE = Values("heart_rate", "beats per minute", HEART_RATES, 25, 250)
STEPS = Values("step_count", "steps", MEASUREMENTS, 0, 1_000)
DISTANCE = Values("distance", "distance", MEASUREMENTS, 0, 10_000)
CALORIES = Values("calories_burned_total", "calories", MEASUREMENTS, 0, 100)
ACTIVE_ENERGY = Values("calories_burned_active", "kilocalories", MEASUREMENTS, 0, 100)
FLOORS = Values("floors_climbed", "floors", MEASUREMENTS, 0, 100)
WEIGHT = Values(
    "body_weight", "weight grams", MEASUREMENTS, 20, 300, scale=0.001, has_local_date=True
)
SPO2_MINUTE = Values("oxygen_saturation", "value", MEASUREMENTS, 50, 100, placeholders=(50.0,))
HRV_DETAIL = Values("heart_rate_variability_rmssd", "rmssd", MEASUREMENTS, 0.1, 500)
HRV_SAMPLE = Values(
    "heart_rate_variability_rmssd",
    "root mean square of successive differences",
    MEASUREMENTS,
    0.1,
    500,
)


def _daily(metric: str, name: str, low: float, high: float, scale: float = 1.0) -> Values:
    return Values(metric, name, DAILY_VALUES, low, high, scale, placeholders=(0.0,))


DAILY_RESTING = _daily("resting_heart_rate", "beats per minute", 25, 150)
DAILY_HRV = _daily("heart_rate_variability_rmssd", "average heart rate variability milliseconds", 0.1, 500)  # fmt: skip  # noqa: E501
DAILY_HRV_SUMMARY = _daily("heart_rate_variability_rmssd", "rmssd", 0.1, 500)
DAILY_SPO2 = _daily("oxygen_saturation", "average percentage", 50.1, 100)
DAILY_SPO2_SUMMARY = Values(
    "oxygen_saturation", "average_value", DAILY_VALUES, 50, 100, placeholders=(0.0, 50.0)
)
DAILY_BREATHS = _daily("respiratory_rate", "breaths per minute", 4, 60)
DAILY_BREATHS_SUMMARY = _daily("respiratory_rate", "daily_respiratory_rate", 4, 60)
DAILY_VO2 = _daily("vo2_max", "daily vo2 max", 10, 100)


def read(file: ExportFile, context: Context, kind: Values, stream: str | None) -> Iterator[Rows]:
    """The rows of one file, a block at a time.

    Args:
        file: the CSV file.
        context: clock and bases of time.
        kind: what it holds.
        stream: how times without an offset are read, for files that write such.
    """
    position = 0
    with file.open() as content:
        blocks = CsvBlocks(content)
        for table in blocks:
            yield _rows(table, file, context, kind, stream, position)
            position += table.num_rows
        if blocks.bad_lines:
            reason = "the line has more or fewer values than the header"
            lines = [reject(f"{file.path}#line", text, reason) for text in blocks.bad_lines]
            yield Rows(kind.shape, rejected=lines)


def _rows(
    table: pa.Table, file: ExportFile, context: Context, kind: Values, stream: str | None,
    position: int,
) -> Rows:  # fmt: skip
    rows = Rows(kind.shape)
    times = parse_times(column(table, "timestamp"))
    values = numbers(column(table, kind.column)) * kind.scale
    is_none = np.isin(values, kind.placeholders)
    good = times.is_valid & (values >= kind.low) & (values <= kind.high) & ~is_none
    rows.without_value = int(is_none.sum())
    for bad in np.flatnonzero(~good & ~is_none).tolist():
        reason = f"{kind.column} must be {kind.low:g} to {kind.high:g}, timestamp a time"
        record = table.slice(bad, 1).to_pylist()[0]
        rows.rejected.append(reject(f"{file.path}#{position + bad}", record, reason, kind.column))
    rows.table = _table(kind, times, values, context, stream).filter(pa.array(good))
    return rows


def _table(
    kind: Values, times: Times, values: np.ndarray, context: Context, stream: str | None
) -> pa.Table:
    count = len(values)
    if kind.shape is DAILY_VALUES:
        days = (times.micros // _DAY_MICROS).astype(np.int32)
        columns = [pa.array(days).cast(pa.date32()), _same(kind.metric, count), pa.array(values)]
        return pa.Table.from_arrays(columns, schema=kind.shape.columns)
    micros = context.instants(stream, times) if stream else times.micros
    instants = as_instants(micros)
    if kind.shape is HEART_RATES:
        grade = pa.nulls(count, pa.int16())
        columns = [instants, pa.array(values.astype(np.float32)), grade]
    else:
        nothing = pa.nulls(count, instants.type)
        dates = pa.nulls(count, pa.date32())
        if kind.has_local_date:
            dates = _local_dates(micros, context)
        columns = [_same(kind.metric, count), instants, nothing, dates, pa.array(values)]
    return pa.Table.from_arrays(columns, schema=kind.shape.columns)


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)


def _local_dates(micros: np.ndarray, context: Context) -> pa.Array:
    seconds = [int(at) // MICROS for at in micros]
    days = [(at + context.clock.offset_at(at)) // 86_400 for at in seconds]
    return pa.array(days, pa.int32()).cast(pa.date32())
