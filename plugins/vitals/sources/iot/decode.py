"""BSON documents with arrays of samples -> numpy columns, several million samples a second.

Nearly all buckets hold samples of one byte layout, so their values lie at equal distances and numpy
reads them for a whole batch of documents in a few strided operations (4 to 6 times faster than
making Python dictionaries). Arrays whose samples differ in layout are decoded with `bson.decode`;
both ways give the same columns, which the tests check for arbitrary layouts.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import bson
import numpy as np
from bson.codec_options import CodecOptions, DatetimeConversion

from vitals.sources.iot import bson_layout
from vitals.sources.iot.bson_layout import Block, Element, Irregular, Layout
from vitals.sources.iot.columns import Columns, Wanted, collect_field, read_field

# Dates outside the years 1 to 9999 and damaged UTF-8 must reach validation, not stop the load.
CODEC: CodecOptions[dict[str, Any]] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_AUTO, unicode_decode_error_handler="replace"
)

# A batch with more layouts than this is mixed document by document: decode the rest singly.
_MOST_LAYOUTS = 4


def decode_arrays(buffer: bytes, arrays: Sequence[Element], wanted: Wanted) -> list[Columns]:
    """All samples of the BSON arrays `arrays` of `buffer`, in pieces of one layout each.

    Args:
        buffer: any number of BSON documents, one after the other.
        arrays: where each array lies in it.
        wanted: the fields of a sample and what each holds.
    """
    by_size: dict[int, list[int]] = {}
    for index, array in enumerate(arrays):
        by_size.setdefault(bson_layout.sample_size(buffer, array), []).append(index)
    irregular = by_size.pop(0, [])
    pieces: list[Columns] = []
    for size, indexes in by_size.items():
        stack = _Stack(size)
        for index in indexes:
            if not stack.add(buffer, index, arrays[index]):
                irregular.append(index)
        pieces += stack.read(wanted, irregular)
    if irregular:
        pieces.append(_decode_singly(buffer, arrays, irregular, wanted))
    return pieces


def decode_document(raw: bytes) -> dict[str, Any]:
    """A whole document as Python values."""
    return bson.decode(raw, CODEC)


def decode_array(buffer: bytes, array: Element) -> list[Any]:
    """One array of a document as Python values, without decoding the rest."""
    return list(bson.decode(buffer[array.start : array.stop], CODEC).values())


class _Stack:
    """Arrays whose samples are equally long, read as one (samples, bytes) matrix."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.indexes: list[int] = []
        self.counts: list[int] = []
        self.views: list[np.ndarray] = []
        self.headers: dict[int, list[np.ndarray]] = {}

    def add(self, buffer: bytes, index: int, array: Element) -> bool:
        """Take an array, or answer False if its elements are not equally long."""
        found = bson_layout.blocks(array, self.size)
        if found is None:
            return False
        for block in found:
            self._view(buffer, block)
        self.indexes.append(index)
        self.counts.append(sum(block.size for block in found))
        return True

    def _view(self, buffer: bytes, block: Block) -> None:
        width = 2 + block.digits
        shape = (block.size, width + self.size)
        view = np.ndarray(shape, np.uint8, buffer, block.start)
        self.views.append(view[:, width:])
        self.headers.setdefault(block.digits, []).append(view[:, :width])

    def read(self, wanted: Wanted, irregular: list[int]) -> list[Columns]:
        """The columns, one piece for each layout; arrays that have none go to `irregular`."""
        indexes, counts = np.array(self.indexes, np.int64), np.array(self.counts, np.int64)
        if not self._keys_are_regular():
            irregular += self.indexes
            return []
        rows = np.concatenate(self.views) if self.views else np.empty((0, self.size), np.uint8)
        pieces: list[Columns] = []
        while len(indexes):
            if len(pieces) == _MOST_LAYOUTS:
                irregular += indexes.tolist()
                break
            fits, piece = _read_one_layout(rows, indexes, counts, wanted)
            if piece is None:
                irregular += indexes[fits].tolist()
            else:
                pieces.append(piece)
            rows, indexes, counts = rows[np.repeat(~fits, counts)], indexes[~fits], counts[~fits]
        return pieces

    def _keys_are_regular(self) -> bool:
        groups = (np.concatenate(group) for group in self.headers.values())
        return all(bson_layout.keys_are_regular(group).all() for group in groups)


def _read_one_layout(
    rows: np.ndarray, indexes: np.ndarray, counts: np.ndarray, wanted: Wanted
) -> tuple[np.ndarray, Columns | None]:
    """The arrays that have the layout of the first one, and their columns (None: unreadable)."""
    first_only = np.arange(len(indexes)) == 0
    try:
        layout = bson_layout.layout_of(rows[0].tobytes())
        fitting = layout.fitting(rows)
        fits = np.logical_and.reduceat(fitting, np.cumsum(counts) - counts)
        if not fits[0]:
            return first_only, None
        if not fits.all():
            rows, indexes, counts = rows[np.repeat(fits, counts)], indexes[fits], counts[fits]
        return fits, _columns(rows, indexes, counts, layout, wanted)
    except Irregular:
        return first_only, None


def _columns(
    rows: np.ndarray, indexes: np.ndarray, counts: np.ndarray, layout: Layout, wanted: Wanted
) -> Columns:
    return Columns(
        array=np.repeat(indexes, counts),
        position=positions(counts),
        values={
            name: read_field(rows, layout.fields.get(name), kind) for name, kind in wanted.items()
        },
        unknown=frozenset(layout.fields.keys() - wanted.keys()),
    )


def positions(counts: np.ndarray) -> np.ndarray:
    """0, 1, 2, ... for each count, one after the other."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def _decode_singly(
    buffer: bytes, arrays: Sequence[Element], indexes: Iterable[int], wanted: Wanted
) -> Columns:
    indexes = list(indexes)
    decoded = [decode_array(buffer, arrays[index]) for index in indexes]
    counts = np.array([len(samples) for samples in decoded], np.int64)
    samples = [sample for array in decoded for sample in array]
    names = set().union(*(sample.keys() for sample in samples if isinstance(sample, dict)))
    return Columns(
        array=np.repeat(np.array(indexes, np.int64), counts),
        position=positions(counts),
        values={name: collect_field(samples, name, kind) for name, kind in wanted.items()},
        unknown=frozenset(names - wanted.keys()),
    )
