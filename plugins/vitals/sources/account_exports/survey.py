"""All files of an import -> how its local times are to be read, and which files make which rows.

Whether a classic Fitbit export writes UTC or local time is told by nobody, and differs between
streams of one archive. Three kinds of evidence, the strongest first: the same minutes in a file
that carries UTC; that people do not walk while they sleep, because sleeps are in local time; what
was seen in other archives. The manifest says which it was.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.byte_streams import UnreadableError
from vitals.sources.account_exports.clock import Clock, StatedOffsets
from vitals.sources.account_exports.context import Context, Reading, TimeBasis
from vitals.sources.account_exports.csv_columns import (
    CsvBlocks,
    NotColumnsError,
    column,
    numbers,
)
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.fitbit import intraday, logs
from vitals.sources.account_exports.google import samples, sessions
from vitals.sources.account_exports.json_records import Blocks, NotRecordsError
from vitals.sources.account_exports.kinds import Kind
from vitals.sources.account_exports.shapes import Rows
from vitals.sources.account_exports.times import MICROS, parse_times

# Enough to be sure, and quick to read.
_FILES, _SAMPLES = 6, 200_000
_FEWEST_TWINS = 50
# Values that an offset must explain to be beyond doubt, and how many are tried with all offsets.
_SURELY, _SHIFTED = 0.9, 5_000
_TWINS = {
    "heart_rate": samples.HEART_RATE,
    "steps": samples.STEPS,
    "distance": samples.DISTANCE,
    "calories": samples.CALORIES,
}
# What was seen in the archives that others have described.
_USUAL: dict[str, Reading] = {
    "calories": "local",
    "sleep": "local",
    "weight": "local",
    "hrv_details": "local",
}
_QUARTER = 900
# A nap is often stated by hand, and wrong.
_NIGHT = 3 * 3_600 * MICROS

Recognised = Sequence[tuple[ExportFile, Kind]]
_UNREADABLE = (UnreadableError, NotRecordsError, NotColumnsError)


@dataclass(frozen=True)
class _Series:
    """Some samples of a stream: written times and values."""

    wall: np.ndarray
    values: np.ndarray


def survey(files: Recognised, clock: Clock | None, default_zone: str) -> Context:
    """What must be known of all files before one of them is read.

    Args:
        files: those that will be read, with their kinds.
        clock: the person's zone history, if it is known.
        default_zone: zone for people of whom nothing else is known.
    """
    nights = _nights(files)
    if clock is None:
        clock = nights.as_clock() if nights.nights else _default(default_zone)
    streams = {kind.stream for _, kind in files if kind.stream}
    bases: dict[str, TimeBasis] = {}
    asleep = _asleep(files, Context(clock, _bases_of_logs(streams), nights))
    for stream in sorted(streams, key=lambda name: name.endswith("exercise")):
        bases[stream] = _basis(stream, files, clock, asleep, bases)
    return Context(clock, bases, nights)


def _basis(
    stream: str, files: Recognised, clock: Clock, asleep: np.ndarray,
    known: dict[str, TimeBasis],
) -> TimeBasis:  # fmt: skip
    plain = stream.removeprefix("pmdata_")
    if plain == "exercise":
        return _like_others(stream, known)
    if plain not in _TWINS:
        return TimeBasis("local", "as such files always are")
    sample = _sample(stream, files)
    found = None
    if len(sample.wall):
        found = _by_twin(plain, sample, files, clock) or _by_sleep(sample, clock, asleep)
    return found or _usual(stream)


def _usual(stream: str) -> TimeBasis:
    plain = stream.removeprefix("pmdata_")
    reading: Reading = "local" if stream.startswith("pmdata_") else _USUAL.get(plain, "utc")
    return TimeBasis(reading, "assumed, nothing in the export shows it")


def _like_others(stream: str, known: dict[str, TimeBasis]) -> TimeBasis:
    prefix = "pmdata_" if stream.startswith("pmdata_") else ""
    for other in ("steps", "heart_rate"):
        basis = known.get(prefix + other)
        if basis:
            return TimeBasis(basis.reading, f"as {other}", basis.shift_seconds)
    return _usual(stream)


def _by_twin(stream: str, sample: _Series, files: Recognised, clock: Clock) -> TimeBasis | None:
    """Compare with the same stream in a file with instants."""
    # That nothing was counted in both says nothing.
    sample = _Series(sample.wall[sample.values > 0], sample.values[sample.values > 0])
    if not len(sample.wall):
        return None
    twin = _twin(stream, files, sample)
    if not len(twin.wall):
        return None
    keys = np.unique(_keys(twin.wall, twin.values))

    def agreeing(instants: np.ndarray, values: np.ndarray) -> int:
        wanted = _keys(instants, values)
        nearest = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return int((keys[nearest] == wanted).sum())

    total = len(sample.wall)
    utc = agreeing(sample.wall, sample.values)
    local = agreeing(clock.to_utc(sample.wall), sample.values)
    best = max(utc, local)
    if best < _SURELY * total and (shifted := _by_shift(sample, agreeing, best / total)):
        return shifted
    if best >= _FEWEST_TWINS and utc != local:
        reading: Reading = "utc" if utc > local else "local"
        evidence = f"{best:,} of {total:,} values agree with a file in UTC"
        other = min(utc, local)
        return TimeBasis(reading, f"{evidence}, {other:,} if it were the other")
    if best >= _FEWEST_TWINS:
        return TimeBasis("utc", f"{best:,} of {total:,} values agree, local time is UTC here")
    return None


def _by_shift(
    sample: _Series, agreeing: Callable[[np.ndarray, np.ndarray], int], share: float
) -> TimeBasis | None:
    """A constant offset that explains more than UTC and the zone history, which explain `share`.

    Values that repeat, such as the energy of minutes at rest, agree at any offset.
    """
    some = slice(None, None, max(len(sample.wall) // _SHIFTED, 1))
    wall, values = sample.wall[some], sample.values[some]
    shifts = range(-14 * 3_600, 14 * 3_600 + 1, _QUARTER)
    best, shift = max((agreeing(wall + shift * MICROS, values), shift) for shift in shifts)
    if best < max(_FEWEST_TWINS, len(wall) // 2, share * len(wall) / _SURELY):
        return None
    evidence = f"{best:,} of {len(wall):,} values agree with a file in UTC"
    return TimeBasis("shifted", evidence, shift)


def _by_sleep(sample: _Series, clock: Clock, asleep: np.ndarray) -> TimeBasis | None:
    """People walk less and burn less while they sleep."""
    if not len(asleep):
        return None
    readings: dict[Reading, np.ndarray] = {"utc": sample.wall, "local": clock.to_utc(sample.wall)}
    quiet = {name: _quietness(at, sample.values, asleep) for name, at in readings.items()}
    if any(np.isnan(value) for value in quiet.values()):
        return None
    best, other = sorted(quiet, key=quiet.__getitem__)
    if quiet[best] >= 0.9 * quiet[other]:
        return None
    evidence = f"in sleeps {quiet[best]:.1%} as often above the median, else {quiet[other]:.1%}"
    return TimeBasis(best, evidence)


def _quietness(instants: np.ndarray, values: np.ndarray, asleep: np.ndarray) -> float:
    """How many of the values in a sleep are above the median, against how many are at any time.

    The mean over nights without the worst tenth of them: an early run would outweigh them all.
    """
    place = np.searchsorted(asleep[:, 0], instants, side="right") - 1
    inside = (place >= 0) & (instants < asleep[np.maximum(place, 0), 1])
    is_high = values > np.median(values)
    if inside.sum() < _FEWEST_TWINS or not is_high.any():
        return float("nan")
    nights, counts = np.unique(place[inside], return_counts=True)
    high = np.bincount(place[inside], weights=is_high[inside], minlength=len(asleep))[nights]
    shares = np.sort(high / counts)
    kept = shares[: max(len(shares) - 1 - len(shares) // 10, 1)]
    return float(kept.mean() / is_high.mean())


def _keys(instants: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Time and value as one number; values agree to a tenth."""
    return instants // MICROS * 100_000 + np.rint(values * 10).astype(np.int64)


def _sample(stream: str, files: Recognised) -> _Series:
    """The last samples of a stream that say something."""
    chosen = [file for file, kind in files if kind.stream == stream][-_FILES:]
    series = intraday.SERIES[stream.removeprefix("pmdata_")]
    return _joined(_classic(file, series) for file in chosen)


def _classic(file: ExportFile, series: intraday.Series) -> Iterable[_Series]:
    rows, count = Rows(series.shape), 0
    with file.open() as content:
        for block in Blocks(content, "dateTime", ("dateTime",)):
            _, found = intraday.samples_of(block, rows, file.path)
            times = parse_times(found.times)
            good = times.is_valid & np.isfinite(found.values) & (found.values >= 0)
            yield _Series(times.micros[good], found.values[good] * series.scale)
            count += int(good.sum())
            if count >= _SAMPLES:
                return


def _twin(stream: str, files: Recognised, sample: _Series) -> _Series:
    what = _TWINS[stream]
    first, last = sample.wall.min() - 86_400 * MICROS, sample.wall.max() + 86_400 * MICROS
    chosen = [
        file for file, kind in files
        if kind.family == "google_health_export" and kind.name == stream
    ]  # fmt: skip
    near = [file for file in chosen if _is_near(file.name, int(first), int(last))]
    whole = _joined(_in_utc(file, what) for file in near)
    here = (whole.wall >= first) & (whole.wall <= last)
    return _Series(whole.wall[here], whole.values[here])


def _is_near(name: str, first: int, last: int) -> bool:
    """Whether a file named after its first day, of at most a month, can hold such instants."""
    dated = re.search(r"\d{4}-\d{2}-\d{2}", name)
    try:
        day = date.fromisoformat(dated[0]) if dated else None
    except ValueError:  # looks like a day, and is none
        day = None
    if day is None:
        return True
    begin = int(datetime.combine(day, time(), UTC).timestamp()) * MICROS
    return begin <= last and begin + 32 * 86_400 * MICROS >= first


def _in_utc(file: ExportFile, what: samples.Values) -> Iterable[_Series]:
    with file.open() as content:
        for table in CsvBlocks(content):
            times = parse_times(column(table, "timestamp"))
            values = numbers(column(table, what.column)) * what.scale
            good = times.is_valid & times.is_utc & (values > 0)
            yield _Series(times.micros[good], values[good])


def _joined(files: Iterable[Iterable[_Series]]) -> _Series:
    parts = [_Series(np.array([], dtype=np.int64), np.array([]))]
    for file in files:
        try:
            parts += file
        except _UNREADABLE:
            continue  # it is said when the file is read
    wall = np.concatenate([part.wall for part in parts])
    return _Series(wall, np.concatenate([part.values for part in parts]))


def _nights(files: Recognised) -> StatedOffsets:
    found: list[tuple[int, int, int]] = []
    for file, kind in files:
        if kind.name == "user_sleeps":
            try:
                found += sessions.nights(file)
            except _UNREADABLE:
                continue
    return StatedOffsets(tuple(sorted(found)))


def _asleep(files: Recognised, context: Context) -> np.ndarray:
    """Sleeps that others tell in local time, as instants: an array of (start, end)."""
    chosen = [file for file, kind in files if kind.name == "sleep"][-_FILES:]
    found: list[tuple[int, int]] = []
    for file in chosen:
        try:
            for rows in logs.read_sleeps(file, context):
                if rows.table is not None:
                    starts = rows.table.column("start_ts").cast(pa.int64()).to_pylist()
                    ends = rows.table.column("end_ts").cast(pa.int64()).to_pylist()
                    spans = zip(starts, ends, strict=True)
                    found += ((start, end) for start, end in spans if end - start >= _NIGHT)
        except _UNREADABLE:
            continue
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)


def _bases_of_logs(streams: Iterable[str]) -> dict[str, TimeBasis]:
    return {stream: TimeBasis("local", "") for stream in streams}


def _default(zone: str) -> Clock:
    return Clock.read(zone, f"the default zone {zone}")
