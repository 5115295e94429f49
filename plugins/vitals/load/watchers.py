"""Watchers of record batches on their way to COPY: what a load touches, and whether keys repeat.

They look at data that streams past anyway, so that neither costs a pass of its own.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitals.load.tables import TableSpec

_DAY_MICROS = 86_400_000_000


class TouchedDays:
    """Watches batches sorted by key go by and notes which days of which subject they hold."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self._pieces: list[pa.RecordBatch] = []

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        for batch in batches:
            self._pieces.append(self._runs(batch))
            yield batch

    def _runs(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """One row for each run of equal subject and day; SQL merges those of other batches."""
        subject, instants = batch.column(self.spec.key[0]), batch.column(self.spec.time)
        micros = instants.cast(pa.int64()).to_numpy(zero_copy_only=False)
        days = micros // _DAY_MICROS
        changes = pc.not_equal(subject[1:], subject[:-1]).to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(np.append(True, changes | (days[1:] != days[:-1])))
        ends = np.append(starts[1:], len(micros)) - 1
        columns = {
            "subject_id": subject.take(pa.array(starts)),
            "utc_date": pa.array(days[starts].astype("datetime64[D]")),
            "first_ts": instants.take(pa.array(starts)),
            "last_ts": instants.take(pa.array(ends)),
            "row_count": pa.array(ends - starts + 1),
        }
        return pa.RecordBatch.from_pydict(columns)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """What was noted."""
        yield from self._pieces


class KeyOrder:
    """Watches batches go by and notes their bounds of time, and whether their keys ascend."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.first, self.last = 2**63 - 1, -(2**63)
        self.is_unique = True
        self._previous: tuple[str, int] | None = None

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The same batches."""
        for batch in batches:
            if self.spec.time:
                self._note(batch)
            yield batch

    def _note(self, batch: pa.RecordBatch) -> None:
        subject = batch.column(self.spec.key[0])
        instants = batch.column(self.spec.time).cast(pa.int64())
        micros = instants.to_numpy(zero_copy_only=False)
        self.first, self.last = (
            min(self.first, int(micros.min())),
            max(self.last, int(micros.max())),
        )
        same = pc.equal(subject[1:], subject[:-1]).to_numpy(zero_copy_only=False)
        ascends = pc.less(subject[:-1], subject[1:]).to_numpy(zero_copy_only=False)
        if not (ascends | (same & (micros[1:] > micros[:-1]))).all():
            self.is_unique = False
        first, last = (subject[0].as_py(), micros[0]), (subject[-1].as_py(), micros[-1])
        if self._previous is not None and first <= self._previous:
            self.is_unique = False
        self._previous = last
