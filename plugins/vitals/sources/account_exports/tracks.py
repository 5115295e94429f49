"""GPX and TCX recordings -> heart rates; the places in them are not looked at."""

from collections.abc import Iterator
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from vitals.sources.account_exports.context import Context, as_instants, reject
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import HEART_RATES, Rows
from vitals.sources.account_exports.times import parse_times

BLOCK_BYTES = 1 << 20
_POINTS = {"trkpt", "Trackpoint"}


def read(file: ExportFile, context: Context) -> Iterator[Rows]:
    """The heart rates of one recording.

    Raises:
        ValueError: the XML is broken.
    """
    points = _Points()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = points.start, points.end
    parser.CharacterDataHandler = points.text
    with file.open() as content:
        try:
            # Some of Strava's files begin with blanks, which XML does not allow.
            parser.Parse(content.read(BLOCK_BYTES).lstrip(), False)
            while block := content.read(BLOCK_BYTES):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ValueError(f"no whole XML ({error}): download it again") from None
    yield _rows(points, file.path)


class _Points:
    """Takes the points with a time and a heart rate."""

    def __init__(self) -> None:
        self.times: list[str] = []
        self.beats: list[str] = []
        self._path: list[str] = []
        self._text = ""
        self._time = self._beat = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        self._path.append(name)
        self._text = ""
        if name in _POINTS:
            self._time = self._beat = ""

    def text(self, text: str) -> None:
        self._text += text

    def end(self, name: str) -> None:
        name = self._path.pop()
        if name in ("time", "Time"):
            self._time = self._text.strip()
        elif name == "hr" or (name == "Value" and self._path[-1:] == ["HeartRateBpm"]):
            self._beat = self._text.strip()
        elif name in _POINTS and self._time and self._beat:
            self.times.append(self._time)
            self.beats.append(self._beat)
        self._text = ""


def _rows(points: _Points, path: str) -> Rows:
    rows = Rows(HEART_RATES)
    times = parse_times(pa.array(points.times, pa.string()))
    beats = np.array([_number(text) for text in points.beats], dtype=np.float64)
    good = times.is_valid & times.is_utc & (beats >= 25) & (beats <= 250)
    rows.without_value = int((beats == 0).sum())
    for bad in np.flatnonzero(~good & (beats != 0)).tolist():
        record = {"time": points.times[bad], "hr": points.beats[bad]}
        reason = "needs a time with offset and a heart rate of 25 to 250"
        rows.rejected.append(reject(f"{path}#{bad}", record, reason, "hr"))
    columns = [
        as_instants(times.micros),
        pa.array(beats.astype(np.float32)),
        pa.nulls(len(beats), pa.int16()),
    ]
    rows.table = pa.Table.from_arrays(columns, schema=HEART_RATES.columns).filter(pa.array(good))
    return rows


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
