"""export.xml -> rows, with a pull parser that keeps nothing of what it has passed on."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.apple.types import (
    ACTIVITY_TYPES,
    QUANTITIES,
    SLEEP_LEVELS,
    SLEEP_TYPE,
    Quantity,
)
from vitals.sources.account_exports.apple.workouts import Workouts
from vitals.sources.account_exports.context import Context, as_instants, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import (
    DAILY_VALUES,
    HEART_RATES,
    SLEEPS,
    Rows,
)
from vitals.sources.account_exports.times import MICROS, Times, parse_times, to_datetime
from vitals.sources.rejected import to_json

BLOCK_BYTES = 1 << 20
BATCH = 100_000
# A pause of this length ends a sleep.
_SLEEP_GAP = 3_600 * MICROS
_DAY_MICROS = 86_400 * MICROS

Batch = dict[str, list[Any]]


def read(file: ExportFile, context: Context) -> Iterator[Rows]:
    """Everything of one export, in pieces.

    Raises:
        ValueError: the XML is broken; what came before was returned.
    """
    collector = _Collector(file.path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = collector.start
    parser.EndElementHandler = collector.end
    with file.open() as content:
        while block := content.read(BLOCK_BYTES):
            yield from _parse(parser, block, False, collector)
            if collector.waiting >= BATCH:
                yield from collector.take()
        yield from _parse(parser, b"", True, collector)
    yield from collector.take()
    yield from collector.finish()


def _parse(parser: Any, block: bytes, is_last: bool, collector: "_Collector") -> Iterator[Rows]:
    try:
        parser.Parse(block, is_last)
    except expat.ExpatError as error:
        yield from collector.take()
        yield from collector.finish()
        raise ValueError(f"no whole XML ({error}): download it again") from None


class _Collector:
    """Takes records from the parser; gives them on as rows."""

    def __init__(self, path: str) -> None:
        self.path, self.waiting = path, 0
        self._quantities: dict[tuple[str, str], Batch] = {}
        self._sleeps: dict[str, list[tuple[str, str, str]]] = {}
        self._workouts = Workouts(path, _device)
        self._left_out: Counter[str] = Counter()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "Record":
            self._record(attributes)
        elif name == "Workout":
            self._workouts.begin(attributes)
        elif name == "WorkoutStatistics":
            self._workouts.add(attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "Workout":
            self._workouts.end()

    def _record(self, record: dict[str, str]) -> None:
        kind = record.get("type", "")
        source = record.get("sourceName", "")
        if kind in QUANTITIES:
            batch = self._quantities.setdefault((kind, source), _new_batch())
            batch["start"].append(record.get("startDate"))
            batch["end"].append(record.get("endDate"))
            batch["value"].append(record.get("value"))
            batch["unit"].append(record.get("unit"))
            self.waiting += 1
        elif kind == SLEEP_TYPE:
            times = (record.get("startDate", ""), record.get("endDate", ""))
            self._sleeps.setdefault(source, []).append((*times, record.get("value", "")))
        else:
            self._left_out[kind.removeprefix("HKQuantityTypeIdentifier")] += 1

    def take(self) -> Iterator[Rows]:
        """Rows of the samples that were gathered."""
        batches, self._quantities, self.waiting = self._quantities, {}, 0
        for (kind, source), batch in batches.items():
            yield _rows(QUANTITIES[kind], batch, _device(source), f"{self.path}#{kind}")

    def finish(self) -> Iterator[Rows]:
        """Rows of what only makes sense as a whole, and what has no place here."""
        for source, records in self._sleeps.items():
            yield _sleeps(records, _device(source), self.path)
        yield from self._workouts.rows(ACTIVITY_TYPES)
        if self._left_out:
            yield Rows(HEART_RATES, left_out=self._left_out)


def _new_batch() -> Batch:
    return {"start": [], "end": [], "value": [], "unit": []}


def _device(source: str) -> str:
    """A name for a source that does not give away whose it is ("Anna's Apple Watch")."""
    lower = source.lower()
    kind = "watch" if "watch" in lower else "phone" if "phone" in lower else "app"
    return f"{kind}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def _rows(kind: Quantity, batch: Batch, device: str, where: str) -> Rows:
    rows = Rows(kind.shape, device=device)
    starts = parse_times(pa.array(batch["start"], pa.string()))
    ends = parse_times(pa.array(batch["end"], pa.string()))
    factors = np.array([kind.units.get(unit, np.nan) for unit in batch["unit"]])
    values = _numbers(batch["value"]) * factors
    good = starts.is_valid & starts.is_utc & (values >= kind.low) & (values <= kind.high)
    for bad in np.flatnonzero(~good).tolist():
        record = {name: column[bad] for name, column in batch.items()}
        reason = (
            f"needs a start with offset, a unit of {', '.join(map(str, kind.units))} and a value "
            f"of {kind.low:g} to {kind.high:g}"
        )
        rows.rejected.append(reject(f"{where}/{record['start']}", record, reason, "value"))
    rows.table = _table(kind, starts, ends, values).filter(pa.array(good))
    return rows


def _numbers(texts: list[Any]) -> np.ndarray:
    try:
        return np.array(texts, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(text) for text in texts], dtype=np.float64)


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        return float("nan")


def _table(kind: Quantity, starts: Times, ends: Times, values: np.ndarray) -> pa.Table:
    count = len(values)
    instants = as_instants(starts.micros)
    local = (starts.micros + starts.offset_seconds * MICROS) // _DAY_MICROS
    dates = pa.array(local.astype(np.int32)).cast(pa.date32())
    metric = pa.repeat(pa.scalar(kind.metric), count)
    if kind.shape is HEART_RATES:
        columns = [instants, pa.array(values.astype(np.float32)), pa.nulls(count, pa.int16())]
    elif kind.shape is DAILY_VALUES:
        columns = [dates, metric, pa.array(values)]
    else:
        is_span = ends.is_valid & (ends.micros > starts.micros)
        end = pa.array(ends.micros, pa.int64(), mask=~is_span).cast(instants.type)
        columns = [metric, instants, end, dates, pa.array(values)]
    return pa.Table.from_arrays(columns, schema=kind.shape.columns)


def _sleeps(records: list[tuple[str, str, str]], device: str, path: str) -> Rows:
    """Records of stages, put together to sleeps where one follows the other."""
    rows, found = Rows(SLEEPS, device=device), []
    starts = parse_times(pa.array([start for start, _, _ in records]))
    ends = parse_times(pa.array([end for _, end, _ in records]))
    good = starts.is_valid & ends.is_valid & starts.is_utc & (ends.micros > starts.micros)
    for bad in np.flatnonzero(~good).tolist():
        reason = "a sleep needs a start and a later end, both with an offset"
        where = f"{path}#sleep/{records[bad][0]}"
        rows.rejected.append(reject(where, list(records[bad]), reason))
    spans = sorted(
        (int(starts.micros[at]), int(ends.micros[at]), SLEEP_LEVELS.get(records[at][2]),
         int(starts.offset_seconds[at]), int(ends.offset_seconds[at]))
        for at in np.flatnonzero(good).tolist()
    ) if good.any() else []  # fmt: skip
    night: list[tuple[int, int, str | None, int, int]] = []
    end = 0
    for span in spans:
        if night and span[0] - end > _SLEEP_GAP:
            found.append(_sleep(night))
            night, end = [], 0
        night.append(span)
        end = max(end, span[1])
    if night:
        found.append(_sleep(night))
    # Records are read, sleeps are written; the books count what can be compared.
    rows.table = pa.Table.from_pylist(found, schema=SLEEPS.columns)
    return rows


def _sleep(night: list[tuple[int, int, str | None, int, int]]) -> dict[str, Any]:
    start, offset = night[0][0], night[0][3]
    end, end_offset = max((span[1], span[4]) for span in night)
    levels = [
        {"elapsed_seconds": (a - start) / MICROS, "seconds": (b - a) / MICROS, "level": level}
        for a, b, level, _, _ in night
        if level
    ]
    has_stages = any(item["level"] in ("light", "deep", "rem") for item in levels)
    return {
        "sleep_id": to_datetime(start).isoformat(),
        "local_date": to_datetime(end + end_offset * MICROS).date(),
        "start_ts": to_datetime(start),
        "end_ts": to_datetime(end),
        "utc_offset_seconds": offset,
        "sleep_type": "stages" if has_stages else "classic" if levels else None,
        "levels": to_json(levels) if levels else None,
    }
