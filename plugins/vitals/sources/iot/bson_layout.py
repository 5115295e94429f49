"""BSON bytes -> where each value lies, without decoding: what the vectorised decoder stands on.

Only the types that smartwatch documents are made of are walked here. Anything else raises
`Irregular`, and the caller lets `bson.decode` do it: slower, never wrong.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

DOUBLE, STRING, DOCUMENT, ARRAY, BINARY = 0x01, 0x02, 0x03, 0x04, 0x05
OBJECT_ID, BOOLEAN, DATETIME, NULL = 0x07, 0x08, 0x09, 0x0A
INT32, INT64, DECIMAL = 0x10, 0x12, 0x13

_FIXED_WIDTH = {
    DOUBLE: 8, OBJECT_ID: 12, BOOLEAN: 1, DATETIME: 8, NULL: 0, INT32: 4, INT64: 8, DECIMAL: 16
}  # fmt: skip
_int32 = struct.Struct("<i").unpack_from


class Irregular(Exception):
    """These bytes need the general decoder."""


class Element(NamedTuple):
    """One field: its BSON type and the bounds of its value in the enclosing bytes."""

    bson_type: int
    start: int
    stop: int


def scan(raw: bytes, start: int = 0) -> dict[str, Element]:
    """The fields of the document that begins at `start`, in their order, values not decoded.

    Raises:
        Irregular: a type that is not walked here, a repeated name, or damaged bytes.
    """
    try:
        return _scan(raw, start)
    except (IndexError, ValueError, struct.error) as error:
        raise Irregular(str(error)) from error


def _scan(raw: bytes, start: int) -> dict[str, Element]:
    fields: dict[str, Element] = {}
    at, stop = start + 4, start + _int32(raw, start)[0] - 1
    while at < stop:
        bson_type = raw[at]
        name_end = raw.index(0, at + 1)
        value = name_end + 1
        name = raw[at + 1 : name_end].decode()
        if name in fields:
            raise Irregular(f"field {name} occurs twice")
        width = _width(raw, bson_type, value)
        if width < 0:
            raise Irregular("damaged length")
        at = value + width
        fields[name] = Element(bson_type, value, at)
    if at != stop or raw[stop] != 0:
        raise Irregular("lengths do not add up")
    return fields


def _width(raw: bytes, bson_type: int, at: int) -> int:
    fixed = _FIXED_WIDTH.get(bson_type)
    if fixed is not None:
        return fixed
    if bson_type in (DOCUMENT, ARRAY):
        return _int32(raw, at)[0]
    if bson_type == STRING:
        return 4 + _int32(raw, at)[0]
    if bson_type == BINARY:
        return 5 + _int32(raw, at)[0]
    raise Irregular(f"BSON type {bson_type:#04x}")


@dataclass(frozen=True)
class Layout:
    """The byte pattern that every sample of an array shares.

    `fixed` are the byte positions that must be equal in all of them (lengths, types, names), with
    the bytes of the first sample in `pattern`; `fields` are the values, at offsets in the sample.
    """

    size: int
    fixed: np.ndarray
    pattern: np.ndarray
    fields: dict[str, Element]

    def fitting(self, samples: np.ndarray) -> np.ndarray:
        """Which rows of a (samples, bytes) matrix have this pattern."""
        return (samples[:, self.fixed] == self.pattern).all(axis=1)


def layout_of(sample: bytes) -> Layout:
    """The layout of one sample document.

    Raises:
        Irregular: it holds something other than numbers, text, datetimes, booleans and nulls.
    """
    fields = scan(sample)
    is_value = np.zeros(len(sample), bool)
    for element in fields.values():
        if element.bson_type in (DOCUMENT, ARRAY, BINARY, DECIMAL):
            raise Irregular("a value that numpy cannot read")
        # The length of a text and its closing zero stay fixed, so that all values are as long.
        is_text = element.bson_type == STRING
        is_value[element.start + 4 * is_text : element.stop - is_text] = True
    fixed = np.flatnonzero(~is_value)
    pattern = np.frombuffer(sample, np.uint8)[fixed]
    return Layout(len(sample), fixed, pattern, fields)


class Block(NamedTuple):
    """Elements of one array whose keys have as many digits: `size` of them from byte `start`."""

    digits: int
    start: int
    size: int


def sample_size(raw: bytes, array: Element) -> int:
    """Bytes of the first document of an array; 0 if the array is empty or holds something else."""
    first = array.start + 4
    if array.stop - array.start < 13 or raw[first] != DOCUMENT:
        return 0
    return max(_int32(raw, first + 3)[0], 0)


def blocks(array: Element, size: int) -> list[Block] | None:
    """Where the elements of an array lie if each is a document of `size` bytes; None if they can't.

    The keys of an array are "0", "1", ... "10", ...: elements whose keys have as many digits lie at
    equal distances, so each such block can be read as one strided view.
    """
    found: list[Block] = []
    at, stop = array.start + 4, array.stop - 1
    while at < stop:
        digits = len(found) + 1
        stride = 2 + digits + size
        count = min(9 * 10 ** (digits - 1) + (digits == 1), (stop - at) // stride)
        if count == 0:
            return None
        found.append(Block(digits, at, count))
        at += count * stride
    return found


def keys_are_regular(headers: np.ndarray) -> np.ndarray:
    """For each element header (type, key digits, zero) whether it introduces a document."""
    return (headers[:, 0] == DOCUMENT) & headers[:, 1:-1].all(axis=1) & (headers[:, -1] == 0)
