"""Heart-rate documents of any number, made on demand: a template patched by numpy.

16 devices, one document an hour, one sample every 5 seconds: 720 samples and 31 kB each. Documents
come in the order of arrival (hour by hour, device by device), as a store would number them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import bson
import numpy as np
from bson import Int64, ObjectId

from vitals.sources.iot import bson_layout

DEVICES = 16
SAMPLES_PER_DOCUMENT = 720
PERIOD_MS = 5_000
HOUR_MS = 3_600_000
START_MS = int(datetime(2025, 1, 6, tzinfo=UTC).timestamp() * 1000)


@dataclass(frozen=True)
class Backlog:
    """The first `documents` documents; `first` skips some, for a delta."""

    documents: int
    first: int = 0

    @classmethod
    def of_samples(cls, samples: int) -> "Backlog":
        """About so many samples, in whole hours of all devices."""
        hours = max(1, round(samples / SAMPLES_PER_DOCUMENT / DEVICES))
        return cls(hours * DEVICES)

    @property
    def samples(self) -> int:
        return (self.documents - self.first) * SAMPLES_PER_DOCUMENT

    @cached_property
    def _template(self) -> bytearray:
        samples = [
            {"ts": Int64(START_MS), "bpm": 60, "confidence": 1} for _ in range(SAMPLES_PER_DOCUMENT)
        ]
        document = {
            "_id": ObjectId("0" * 24), "device_id": "device-0000", "created_at": Int64(START_MS),
            "ended_at": Int64(START_MS), "metrics": samples,
        }  # fmt: skip
        return bytearray(bson.encode(document))

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        """Byte positions of the values of each field of the samples."""
        raw = bytes(self._template)
        metrics = bson_layout.scan(raw)["metrics"]
        size = bson_layout.sample_size(raw, metrics)
        blocks = bson_layout.blocks(metrics, size)
        assert blocks, "all samples have one layout"
        starts = np.concatenate([
            block.start + 2 + block.digits + np.arange(block.size) * (size + 2 + block.digits)
            for block in blocks
        ])  # fmt: skip
        fields = bson_layout.scan(raw, int(starts[0]))
        return {
            name: starts[:, None] + np.arange(item.start - starts[0], item.stop - starts[0])
            for name, item in fields.items()
        }

    def object_id(self, index: int) -> ObjectId:
        """Inserted when the hour was over."""
        second = (START_MS + (index // DEVICES + 1) * HOUR_MS) // 1000
        return ObjectId(second.to_bytes(4, "big") + (index % DEVICES).to_bytes(8, "big"))

    def document(self, index: int) -> bytes:
        """The BSON of one document."""
        raw = self._template
        hour, device = divmod(index, DEVICES)
        start = START_MS + hour * HOUR_MS
        raw[self._header["_id"]] = self.object_id(index).binary
        raw[self._header["device_id"]] = f"device-{device:04d}".encode()
        raw[self._header["created_at"]] = start.to_bytes(8, "little")
        raw[self._header["ended_at"]] = (start + HOUR_MS).to_bytes(8, "little")
        view = np.frombuffer(raw, np.uint8)
        values = self._values(index, start)
        for name, dtype in (("ts", "<i8"), ("bpm", "<i4"), ("confidence", "<i4")):
            view[self._places[name]] = values[name].astype(dtype)[:, None].view(np.uint8)
        return bytes(raw)

    @cached_property
    def _header(self) -> dict[str, slice]:
        found = bson_layout.scan(bytes(self._template))
        places = {name: slice(item.start, item.stop) for name, item in found.items()}
        text = places["device_id"]
        return {**places, "device_id": slice(text.start + 4, text.stop - 1)}

    def _values(self, index: int, start: int) -> dict[str, np.ndarray]:
        steps = np.arange(SAMPLES_PER_DOCUMENT)
        return {
            "ts": start + steps * PERIOD_MS,
            "bpm": 60 + (steps * 7 + index * 13) % 90,
            "confidence": (steps + index) % 4,
        }
