"""Avro messages of our schema -> columns, all of a batch at a time.

The schema is fixed, so each field is read for all messages in one step: a vector holds where every
message has been read to. What is not exactly as the schema says is left to the reader that takes
one message at a time and knows the reason.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from vitals.stream.encoding import avro_header

_VARINT_BYTES = 10


class NotPlainError(ValueError):
    """A message is not as the schema says."""


class _Reader:
    """Reads the same field of all messages; `at` is where each of them has been read to."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        lengths = np.fromiter(map(len, messages), np.int64, len(messages))
        self.ends = np.cumsum(lengths)
        self.at = self.ends - lengths
        # Room for a value that begins in the last message and goes on behind it.
        self.bytes = np.frombuffer(b"".join([*messages, bytes(32)]), np.uint8)

    def header(self, expected: bytes) -> None:
        """What all messages begin with.

        Raises:
            NotPlainError: one does not.
        """
        found = self.bytes[self.at[:, None] + np.arange(len(expected))]
        if not (found == np.frombuffer(expected, np.uint8)).all():
            raise NotPlainError
        self.at += len(expected)

    def numbers(self, among: np.ndarray) -> np.ndarray:
        """Zigzag numbers of variable length of some messages."""
        value = np.zeros(len(among), np.uint64)
        reading = np.arange(len(among))
        for place in range(_VARINT_BYTES):
            byte = self.bytes[self.at[among[reading]]]
            value[reading] |= (byte & 0x7F).astype(np.uint64) << np.uint64(7 * place)
            self.at[among[reading]] += 1
            reading = reading[byte >= 0x80]
            if not len(reading):
                break
        else:
            raise NotPlainError
        self._check(among)
        return (value >> np.uint64(1)).astype(np.int64) ^ -(value & np.uint64(1)).astype(np.int64)

    def texts(self, among: np.ndarray) -> pa.Array:
        """Strings of some messages; the others have none."""
        lengths = self.numbers(among)
        if (lengths < 0).any() or (lengths > self.ends[among] - self.at[among]).any():
            raise NotPlainError
        offsets = np.zeros(len(self.at) + 1, np.int64)
        offsets[among + 1] = lengths
        offsets = np.cumsum(offsets)
        starts = np.repeat(self.at[among] - offsets[among], lengths)
        content = self.bytes[starts + np.arange(offsets[-1])]
        self.at[among] += lengths
        buffers = [
            _validity(among, len(self.at)),
            _buffer(offsets.astype(np.int32)),
            _buffer(content),
        ]
        found = pa.Array.from_buffers(pa.string(), len(self.at), buffers)
        try:
            found.validate(full=True)
        except pa.ArrowInvalid:
            raise NotPlainError from None
        return found

    def doubles(self, among: np.ndarray) -> pa.Array:
        """Doubles of some messages; the others have none."""
        found = np.zeros(len(self.at))
        raw = self.bytes[np.minimum(self.at[among], len(self.bytes) - 8)[:, None] + np.arange(8)]
        found[among] = raw.copy().view("<f8")[:, 0]
        self.at[among] += 8
        self._check(among)
        missing = np.ones(len(self.at), dtype=bool)
        missing[among] = False
        return pa.array(found, mask=missing)

    def present(self, among: np.ndarray) -> np.ndarray:
        """Those of some messages whose optional field is there."""
        branch = self.numbers(among)
        if ((branch != 0) & (branch != 1)).any():
            raise NotPlainError
        return among[branch == 1]

    def _check(self, among: np.ndarray) -> None:
        if (self.at[among] > self.ends[among]).any():
            raise NotPlainError


def read_columns(messages: Sequence[bytes]) -> dict[str, pa.Array]:
    """Columns of messages: user_id, heart_rate, timestamp, activity_id, latitude, longitude.

    Raises:
        NotPlainError: one of them is not as the schema says.
    """
    header = avro_header()
    if min(map(len, messages)) < len(header):
        raise NotPlainError
    reader, every = _Reader(messages), np.arange(len(messages))
    reader.header(header)
    columns = {
        "user_id": reader.texts(every),
        "heart_rate": pa.array(reader.numbers(every)),
        "timestamp": pa.array(reader.numbers(every)),
        "activity_id": reader.texts(reader.present(every)),
    }
    placed = reader.present(every)
    columns |= {axis: reader.doubles(placed) for axis in ("latitude", "longitude")}
    if (reader.at != reader.ends).any():
        raise NotPlainError
    return columns


def _validity(among: np.ndarray, count: int) -> pa.Buffer | None:
    if len(among) == count:
        return None
    there = np.zeros(count, dtype=bool)
    there[among] = True
    return _buffer(np.packbits(there, bitorder="little"))


def _buffer(values: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.ascontiguousarray(values))
