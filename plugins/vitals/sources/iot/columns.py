"""Values of one field of many samples -> one numpy column with a problem code for each value.

Two ways in, one result: `read_field` from bytes of one layout, `collect_field` from Python values
of any types. The tests hold them equal for arbitrary input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import numpy as np
from bson import Decimal128, Int64

from vitals.sources.iot import bson_layout, instants
from vitals.sources.iot.bson_layout import Element, Irregular
from vitals.sources.iot.instants import Checked, Problem

_NUMBER_TYPES = {bson_layout.DOUBLE: "<f8", bson_layout.INT32: "<i4", bson_layout.INT64: "<i8"}


class Kind(Enum):
    """What a field of a sample holds."""

    INSTANT = "instant"
    NUMBER = "number"


Wanted = Mapping[str, Kind]


@dataclass(frozen=True)
class Columns:
    """Samples of many documents, column by column.

    Attributes:
        array: for each sample the index of the array it comes from.
        position: for each sample its index in that array.
        values: field -> (values, problems); instants as int64 microseconds, numbers as float64.
        unknown: names of fields that were not asked for.
    """

    array: np.ndarray
    position: np.ndarray
    values: dict[str, Checked]
    unknown: frozenset[str]


def read_field(rows: np.ndarray, field: Element | None, kind: Kind) -> Checked:
    """A field of samples of one layout, given as a (samples, bytes) matrix.

    Raises:
        Irregular: text that is an instant in another notation than plain ISO 8601, or none.
    """
    if field is None or field.bson_type == bson_layout.NULL:
        return _all_bad(len(rows), Problem.MISSING, kind)
    number_type = _NUMBER_TYPES.get(field.bson_type)
    if number_type:
        numbers = _view(rows, field, number_type)
        if kind is Kind.INSTANT:
            return instants.from_numbers(numbers)
        return _finite(numbers.astype(np.float64))
    if kind is Kind.NUMBER:
        return _all_bad(len(rows), Problem.WRONG_TYPE, kind)
    return _read_instants(rows, field)


def _read_instants(rows: np.ndarray, field: Element) -> Checked:
    if field.bson_type == bson_layout.DATETIME:
        return instants.from_millis(_view(rows, field, "<i8"))
    if field.bson_type == bson_layout.STRING:
        parsed = instants.from_iso_digits(rows[:, field.start + 4 : field.stop - 1])
        if parsed is None:
            raise Irregular("text that is not plain ISO 8601")
        return parsed
    return _all_bad(len(rows), Problem.WRONG_TYPE, Kind.INSTANT)


def _view(rows: np.ndarray, field: Element, dtype: str) -> np.ndarray:
    return np.ascontiguousarray(rows[:, field.start : field.stop]).view(dtype).ravel()


def _all_bad(count: int, problem: Problem, kind: Kind) -> Checked:
    dtype = np.int64 if kind is Kind.INSTANT else np.float64
    return np.zeros(count, dtype), np.full(count, problem, np.int8)


def _finite(values: np.ndarray) -> Checked:
    problems = np.where(np.isfinite(values), Problem.NONE, Problem.NOT_FINITE).astype(np.int8)
    return values, problems


def collect_field(samples: Sequence[Any], name: str, kind: Kind) -> Checked:
    """A field of samples given as Python values; a sample that is no dictionary is a problem."""
    try:
        values = [sample[name] for sample in samples]
        types = set(map(type, values))
    except (KeyError, TypeError, IndexError):
        return _collect_unevenly(samples, name, kind)
    quick = _from_one_type(values, types, kind)
    if quick is not None:
        return quick
    return instants.from_values(values) if kind is Kind.INSTANT else _numbers(values)


def _collect_unevenly(samples: Sequence[Any], name: str, kind: Kind) -> Checked:
    """For samples that lack the field, or that are no documents at all."""
    values = [sample.get(name) if isinstance(sample, dict) else None for sample in samples]
    found, problems = instants.from_values(values) if kind is Kind.INSTANT else _numbers(values)
    strangers = [not isinstance(sample, dict) for sample in samples]
    problems[np.array(strangers, bool)] = Problem.NOT_A_SAMPLE
    return found, problems


def _from_one_type(values: list[Any], types: set[type], kind: Kind) -> Checked | None:
    """Plain numbers or datetimes throughout need no loop over the values."""
    try:
        if types <= {int, Int64} or types == {float}:
            numbers = np.array(values, np.float64 if float in types else np.int64)
            if kind is Kind.INSTANT:
                return instants.from_numbers(numbers)
            return _finite(numbers.astype(np.float64))
        if kind is Kind.INSTANT and types == {datetime}:
            micros = np.array(values, "datetime64[us]").astype(np.int64)
            return micros, np.zeros(len(values), np.int8)
    except OverflowError:
        pass
    return None


def _numbers(values: Sequence[Any]) -> Checked:
    checked = [number_from(value) for value in values]
    numbers = np.array([pair[0] for pair in checked], np.float64)
    return numbers, np.array([pair[1] for pair in checked], np.int8)


def number_from(value: Any) -> tuple[float, Problem]:
    """One Python value as a number; 0 where there is a problem.

    Text is refused even if it looks like a number: guessing would hide a broken source.
    """
    if value is None:
        return 0.0, Problem.MISSING
    if isinstance(value, Decimal128):
        value = float(value.to_decimal())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0, Problem.WRONG_TYPE
    try:
        number = float(value)
    except OverflowError:
        return 0.0, Problem.NOT_FINITE
    if not np.isfinite(number):
        return 0.0, Problem.NOT_FINITE
    return number, Problem.NONE
