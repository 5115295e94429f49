"""Samples of one day -> Arrow columns: up to 86,400 heart rates, or a value for each minute.

A sample has a time of day and no offset. Where clocks are set back (in autumn, or on a journey to
the west) the same times come twice. Samples are in order of time, so a step back shows where that
happened: what follows on that day gets `fold` 1, which Python (PEP 495) gives to the second reading
of a time. Nothing here looks at samples one by one but pydantic's Rust core and Arrow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter

import numpy as np
import pyarrow as pa

from vitals.sources._api.reading import INSTANT, Reading
from vitals.sources._api.records import Record, Shape
from vitals.sources._api.spec import DateWindow, Fetched
from vitals.sources.fitbit import shapes
from vitals.sources.fitbit.connection import Connection

SECOND_MICROS = 1_000_000
# No clock is set back by less; smaller steps are samples out of order.
SETBACK_SECONDS = 900
NOT_GRANTED = (
    ": Fitbit gives intraday data to apps of the type Personal, and to others on application"
)


@dataclass(frozen=True)
class Series:
    """Intraday values of one kind.

    Attributes:
        path: Fitbit's name for it.
        detail: the finest one that Fitbit has.
        shape: what a sample looks like.
        column: where its value goes, and of which type.
        convert: from Fitbit's unit to ours.
        optional: further fields -> columns.
    """

    path: str
    detail: str
    shape: Shape
    column: str
    kind: pa.DataType
    convert: Callable[[np.ndarray], np.ndarray] = lambda values: values
    optional: tuple[tuple[str, str], ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """Columns of the rows."""
        further = [(column, pa.int16()) for _, column in self.optional]
        return pa.schema(
            [
                ("local_date", pa.date32()),
                ("ts", INSTANT),
                ("fold", pa.int16()),
                (self.column, self.kind),
                *further,
                ("extra", pa.string()),
            ]
        )

    @property
    def key(self) -> str:
        """Where the samples stand in an answer."""
        return f"{self.path.replace('/', '-')}-intraday"


def _metres(kilometres: np.ndarray) -> np.ndarray:
    # Fitbit writes at most 5 decimals, so that this is exact.
    return np.round(kilometres * 1_000, 2)


SERIES = {
    "heart_rate": Series("activities/heart", "1sec", shapes.HEART_RATE_SAMPLE, "bpm", pa.int16()),
    "steps": Series("activities/steps", "1min", shapes.MINUTE_STEPS, "steps", pa.int32()),
    "distance": Series(
        "activities/distance", "1min", shapes.MINUTE_DISTANCE, "distance_m", pa.float64(), _metres
    ),
    "floors": Series("activities/floors", "1min", shapes.MINUTE_FLOORS, "floors", pa.int32()),
    "calories": Series(
        "activities/calories",
        "1min",
        shapes.MINUTE_CALORIES,
        "energy_kcal",
        pa.float64(),
        optional=(("level", "activity_level"), ("mets", "mets_tenths")),
    ),
}


def read(api: Connection, window: DateWindow, reading: Reading) -> Fetched:
    """All samples of some days, one request for each."""
    series = SERIES[reading.resource]
    days = [piece.first for piece in window.pieces(1)]
    tables = [_read_day(api, series, day, reading) for day in days]
    reading.fetched.rows = pa.concat_tables(tables)
    return reading.fetched


def _read_day(api: Connection, series: Series, day: date, reading: Reading) -> pa.Table:
    answer = api.intraday_time_series(series.path, base_date=str(day), detail_level=series.detail)
    reading.fetched.responses += 1
    values = reading.inside(answer, series.key, dict, NOT_GRANTED)
    samples = reading.inside(values, "dataset")
    reading.note_unknown(answer, series.key, series.key.removesuffix("-intraday"))
    reading.note_unknown(values, "dataset", "datasetInterval", "datasetType")
    found = reading.take(series.shape, samples, day)
    return as_rows(series, found.valid, day, bool(found.unknown))


def as_rows(series: Series, samples: Sequence[Record], day: date, has_unknown: bool) -> pa.Table:
    """Valid samples of a local day as rows, sorted by time and fold; keys are unique."""
    seconds = clock_seconds([*map(itemgetter("time"), samples)])
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    values = np.array([*map(itemgetter("value"), samples)], dtype=series.kind.to_pandas_dtype())
    columns = [
        pa.repeat(pa.scalar(day), len(samples)),
        pa.array((start + seconds) * SECOND_MICROS).cast(INSTANT),
        pa.array(folds(seconds)),
        pa.array(series.convert(values)),
        *(
            pa.array([sample.get(field) for sample in samples], pa.int16())
            for field, _ in series.optional
        ),
        _extra(series.shape, samples, has_unknown),
    ]
    table = pa.Table.from_arrays(columns, schema=series.schema)
    return _in_order(table, seconds, values)


def clock_seconds(times: Sequence[str]) -> np.ndarray:
    """Seconds since midnight of times like 07:30:05."""
    digits = np.frombuffer("".join(times).encode(), dtype=np.uint8).reshape(-1, 8).astype(np.int64)
    weights = np.array([36_000, 3_600, 0, 600, 60, 0, 10, 1])
    return (digits - ord("0")) @ weights


def folds(seconds: np.ndarray) -> np.ndarray:
    """0, and 1 from the sample on before which the clock was set back.

    Args:
        seconds: times of day in the order in which they were lived through.
    """
    is_back = np.diff(seconds, prepend=seconds[:1]) <= -SETBACK_SECONDS
    return np.maximum.accumulate(is_back).astype(np.int16)


def _extra(shape: Shape, samples: Sequence[Record], has_unknown: bool) -> pa.Array:
    if not has_unknown:
        return pa.nulls(len(samples), pa.string())
    return pa.array([shape.extra(sample) for sample in samples], pa.string())


def _in_order(table: pa.Table, seconds: np.ndarray, values: np.ndarray) -> pa.Table:
    """Sorted by the key; of samples with one key the larger value stays."""
    place = seconds * 2 + table.column("fold").to_numpy()
    if bool((np.diff(place) > 0).all()):
        return table
    order = np.lexsort((values, place))
    is_last = np.append(np.diff(place[order]) > 0, True)
    return table.take(order[is_last])
