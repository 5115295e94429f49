"""Documents with samples -> one Arrow table, sorted by (device, ts), one row for each key.

Sorting here is what makes COPY fast (rows meet the index in its own order), and choosing the
winner of equal keys here keeps duplicate documents off the careful path of the destination.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from vitals.sources.iot import bson_layout, rules
from vitals.sources.iot.columns import Columns
from vitals.sources.iot.decode import decode_array, decode_arrays
from vitals.sources.iot.documents import NotADevice, RawDocument
from vitals.sources.iot.instants import Problem
from vitals.sources.iot.reader import Reader
from vitals.sources.iot.rules import NumberRule, SampleRules
from vitals.sources.rejected import Rejected, to_json

TIMESTAMP = pa.timestamp("us", tz="UTC")

# Device number, instant, value, optional number: 20 bytes a sample.
_TYPES = (np.int32, np.int64, np.float32, np.float32)

# The sentence for the problem of a row of a piece.
Reason = Callable[[Problem, int], str]

KNOWN_FIELDS = {"_id", "device_id", "created_at", "ended_at", "metrics"}


class SampleReader(Reader):
    """Collects the samples of a slice; `table` hands them over."""

    def __init__(self, sample_rules: SampleRules, now_micros: int) -> None:
        super().__init__()
        self.rules = sample_rules
        self.now_micros = now_micros
        self._devices: dict[str, int] = {}
        self._pieces: list[list[np.ndarray]] = [[] for _ in range(2 + len(sample_rules.numbers))]
        self._kept = 0

    def _rows_weight(self) -> int:
        return self._kept

    def add(self, documents: Sequence[RawDocument]) -> None:
        """Decode and check the samples of documents that share one buffer or not."""
        by_buffer: dict[int, list[tuple[RawDocument, int]]] = {}
        for document in documents:
            self.unknown_fields |= document.fields.keys() - KNOWN_FIELDS
            code = self._device_code(document)
            if code is not None:
                by_buffer.setdefault(id(document.buffer), []).append((document, code))
        for group in by_buffer.values():
            self._add_arrays([item[0] for item in group], np.array([item[1] for item in group]))

    def _device_code(self, document: RawDocument) -> int | None:
        """The number of the document's device, or None if the document is refused."""
        refusal = array_refusal(document)
        if refusal:
            self.rows_read += 1
            self.rejected.append(refuse_document(document, *refusal))
            return None
        return self._devices.setdefault(document.device_id(), len(self._devices))

    def _add_arrays(self, documents: Sequence[RawDocument], devices: np.ndarray) -> None:
        arrays = [document.fields["metrics"] for document in documents]
        for piece in decode_arrays(documents[0].buffer, arrays, self.rules.wanted):
            self.unknown_fields |= {f"metrics.{name}" for name in piece.unknown}
            self.rows_read += len(piece.array)
            self._keep(piece, devices, self._check(piece, documents))

    def _check(self, piece: Columns, documents: Sequence[RawDocument]) -> np.ndarray:
        """Which samples are good; the others go to `rejected`, each with its first problem."""
        problems = rules.check_instants(piece.values["ts"], self.now_micros)
        reporter = _Reporter(piece, documents, self.rejected)
        reporter.report(problems, "ts", lambda problem, row: rules.instant_reason(problem))
        refused = problems != Problem.NONE
        value = self.rules.value
        problems = rules.check_numbers(piece.values[value.field], value)
        problems[refused] = Problem.NONE
        reporter.report(problems, value.field, _number_reason(value, piece))
        refused |= problems != Problem.NONE
        if self.rules.optional:
            _check_optional(self.rules.optional, piece, refused, reporter)
        return ~refused

    def _keep(self, piece: Columns, devices: np.ndarray, good: np.ndarray) -> None:
        arrays = [devices[piece.array].astype(np.int32), piece.values["ts"][0]]
        arrays += [piece.values[rule.field][0].astype(np.float32) for rule in self.rules.numbers]
        if not good.all():
            arrays = [array[good] for array in arrays]
        for pieces, array in zip(self._pieces, arrays, strict=True):
            pieces.append(array)
        self._kept += len(arrays[0])

    def table(self) -> tuple[pa.Table, int]:
        """All good samples sorted by (device_id, ts), and how many rows lost to a better one."""
        types = _TYPES[: len(self._pieces)]
        columns = [_joined(*pieces) for pieces in zip(self._pieces, types, strict=True)]
        names = sorted(self._devices)
        rank = np.empty(max(len(names), 1), np.int32)
        rank[[self._devices[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        columns[0] = rank[columns[0]]
        read = len(columns[0])
        columns = winners(columns)
        return self._to_arrow(columns, names), read - len(columns[0])

    def _to_arrow(self, columns: list[np.ndarray], names: list[str]) -> pa.Table:
        devices = pa.DictionaryArray.from_arrays(columns[0], pa.array(names, pa.string()))
        data = {"device_id": devices, "ts": pa.array(columns[1]).cast(TIMESTAMP)}
        data[self.rules.value.field] = _value_array(columns[2], self.rules.value)
        if self.rules.optional:
            data[self.rules.optional.field] = pa.array(columns[3], mask=np.isnan(columns[3]))
        keys = {"device_id", "ts", self.rules.value.field}
        schema = [pa.field(name, data[name].type, nullable=name not in keys) for name in data]
        return pa.table(list(data.values()), schema=pa.schema(schema))


def _joined(pieces: list[np.ndarray], dtype: type) -> np.ndarray:
    """The pieces as one array; they are dropped at once, since together they are large."""
    joined = np.concatenate(pieces) if pieces else np.empty(0, dtype)
    pieces.clear()
    return joined


def _value_array(values: np.ndarray, rule: rules.NumberRule) -> pa.Array:
    return pa.array(values.astype(np.int32) if rule.whole else values)


def winners(columns: list[np.ndarray]) -> list[np.ndarray]:
    """Sort by the first two columns (device, instant) and keep one row of each key.

    Of equal keys the higher optional number wins, none being the lowest, then the higher value:
    what the README beside this says, whatever the order of arrival.
    """
    key = _sort_key(columns[0], columns[1])
    if (key[1:] > key[:-1]).all():
        return columns
    order = np.argsort(key, kind="stable")
    del key  # as large as the instants, and so is each column: one after the other
    for index, column in enumerate(columns):
        columns[index] = column[order]
    devices, instants = columns[:2]
    repeats = (devices[1:] == devices[:-1]) & (instants[1:] == instants[:-1])
    return _best_of_equal(columns) if repeats.any() else columns


def _sort_key(devices: np.ndarray, micros: np.ndarray) -> np.ndarray:
    """One int64 that sorts like (device, instant); dense ranks where that needs too many bits."""
    if not len(micros):
        return micros
    first = micros.min()
    span = int(micros.max() - first) + 1
    if span * (int(devices.max()) + 1) < 2**63:
        return devices.astype(np.int64) * span + (micros - first)
    ranks = np.unique(micros, return_inverse=True)[1]
    return devices.astype(np.int64) * len(micros) + ranks


def _best_of_equal(columns: list[np.ndarray]) -> list[np.ndarray]:
    devices, instants, value, *optional = columns
    criteria = [value]
    criteria += [np.where(np.isnan(column), -np.inf, column) for column in optional]
    order = np.lexsort((*criteria, instants, devices))
    devices, instants = devices[order], instants[order]
    last = np.append((devices[1:] != devices[:-1]) | (instants[1:] != instants[:-1]), True)
    return [column[order[last]] for column in columns]


def _number_reason(rule: rules.NumberRule, piece: Columns) -> Reason:
    values, _ = piece.values[rule.field]
    return lambda problem, row: rules.number_reason(rule, problem, values[row])


class _Reporter:
    """Problem codes of a piece -> rejected records; decodes only the documents they come from."""

    def __init__(
        self, piece: Columns, documents: Sequence[RawDocument], rejected: list[Rejected]
    ) -> None:
        self.piece, self.documents, self.rejected = piece, documents, rejected
        self._decoded: tuple[int, list] = (-1, [])

    def report(
        self,
        problems: np.ndarray,
        field: str,
        reason: Reason,
        *,
        row_kept: bool = False,
    ) -> None:
        """Add a record for each problem; `reason` makes its sentence."""
        for row in np.flatnonzero(problems):
            index, position = int(self.piece.array[row]), int(self.piece.position[row])
            problem = Problem(int(problems[row]))
            document = self.documents[index]
            device = {"device_id": document.value("device_id")}
            payload = to_json(device | self._sample(index, position))
            record = f"{document.document_id()}#{position}"
            name = None if problem is Problem.NOT_A_SAMPLE else field
            why = reason(problem, int(row))
            self.rejected.append(Rejected(record, name, why, payload, row_kept))

    def _sample(self, index: int, position: int) -> dict:
        if self._decoded[0] != index:
            document = self.documents[index]
            samples = decode_array(document.buffer, document.fields["metrics"])
            self._decoded = (index, samples)
        sample = self._decoded[1][position]
        return sample if isinstance(sample, dict) else {"sample": sample}


def array_refusal(document: RawDocument) -> tuple[str, str] | None:
    """Field and reason if a document has no device or no array, so that nothing in it is usable."""
    try:
        document.device_id()
    except NotADevice as error:
        return "device_id", f"device_id is {error}: write the id as text"
    metrics = document.fields.get("metrics")
    if metrics is None:
        return "metrics", "metrics is missing: a renamed field is not guessed, write it as metrics"
    if metrics.bson_type != bson_layout.ARRAY:
        return "metrics", "metrics is not a list: write a list of {ts, value} documents"
    return None


def _check_optional(
    optional: NumberRule, piece: Columns, refused: np.ndarray, reporter: "_Reporter"
) -> None:
    """A bad optional number is reported and left out; the sample itself is good."""
    values, _ = piece.values[optional.field]
    problems = rules.check_numbers(piece.values[optional.field], optional)
    is_left_out = problems != Problem.NONE
    problems[refused | (problems == Problem.MISSING)] = Problem.NONE
    reason = _number_reason(optional, piece)
    reporter.report(problems, optional.field, reason, row_kept=True)
    values[is_left_out] = np.nan


def refuse_document(document: RawDocument, field: str | None, reason: str) -> Rejected:
    """The record of a document refused as a whole."""
    payload = {name: document.value(name) for name in document.fields}
    return Rejected(document.document_id(), field, reason, to_json(payload))
